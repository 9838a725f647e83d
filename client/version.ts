import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../policies/package-root.js';

/** Steward's own version, as its package.json has it. */
export const versionOfSteward = (): string =>
  (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;
