import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pRetry, { AbortError } from 'p-retry';
import { checkDigest, DigestMismatch } from './digest.js';

/** The largest pinned file has 43 MB; a slow line of 2 Mbit/s still finishes it. */
const DOWNLOAD_TIMEOUT_MS = 5 * 60_000;

/** Four more tries, 1 to 8 s apart, outlast a short break of the line; a longer one deserves to be told. */
const RETRIES = { retries: 4, minTimeout: 1_000, factor: 2 };

/**
 * Downloads `url` to `file` and keeps it only if its sha256 is the pinned one; a file already there with the right digest is kept as it is.
 * Answers the size in bytes. @throws DigestMismatch for other content; Error naming the address when it cannot be had.
 */
export async function download(url: string, file: string, sha256: string, ended?: AbortSignal): Promise<number> {
  if (await isAlreadyThere(file, sha256)) return (await stat(file)).size;
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  const options = ended ? { ...RETRIES, signal: ended } : RETRIES;
  await pRetry(async () => {
    const signal = AbortSignal.any([AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS), ...(ended ? [ended] : [])]);
    const answer = await fetch(url, { signal }).catch((cause: unknown) => {
      throw ended?.aborted ? cause : new Error(`${url} cannot be fetched: ${reasonOf(cause)}`, { cause });
    });
    if (answer.status === 404 || answer.status === 401 || answer.status === 403) {
      throw new AbortError(new Error(`${url} cannot be fetched: HTTP ${answer.status}.`));
    }
    if (!answer.ok || !answer.body) throw new Error(`${url} cannot be fetched: HTTP ${answer.status}.`);
    await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(partial));
    try {
      await checkDigest(partial, url, sha256);
    } catch (error) {
      await rm(partial, { force: true });
      throw error instanceof DigestMismatch ? new AbortError(error) : error;
    }
  }, options);
  await rename(partial, file);
  return (await stat(file)).size;
}

/** Node says no more than `fetch failed`; its reason is in the cause. */
function reasonOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  const reason = [cause?.code, cause?.message].filter(Boolean).join(': ') || String(error);
  const untrusted = /CERT|ISSUER|SIGNED/i.test(reason);
  return untrusted ? `${reason}. Name the certificates that this network trusts by NODE_EXTRA_CA_CERTS` : reason;
}

async function isAlreadyThere(file: string, sha256: string): Promise<boolean> {
  return checkDigest(file, file, sha256).then(
    () => true,
    () => false,
  );
}
