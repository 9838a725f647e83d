import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** Where Debian and others keep it; STEWARD_CHROMIUM names another one. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine, if there is one. */
export const browserPath = (): string | undefined => process.env['STEWARD_CHROMIUM'] ?? PLACES.find((path) => existsSync(path));

/** True where there is none: the tests of pages leave themselves out then, unless they are wanted in any case. */
export const isBrowserLeftOut = (): boolean => browserPath() === undefined && process.env['STEWARD_BROWSER_TEST'] !== 'always';

/** A browser that asks nobody for anything but the pages that a test opens. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = browserPath();
  if (executablePath === undefined)
    throw new Error('there is no Chromium: install it (Debian: apt-get install chromium), or name it in STEWARD_CHROMIUM');
  return chromium.launch({
    executablePath,
    // Root has no sandbox in Chromium; the pages are the stack's own.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
