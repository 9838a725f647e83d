import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Digest } from '../digest.js';
import type { Fault } from './foreign-finding.js';

/** Verdicts on documents by their digest. */
export interface VerdictCache {
  /** Undefined when nothing is known. Never rejects. */
  get(digest: Digest): Promise<Fault[] | undefined>;
  /** Never rejects: a verdict that cannot be kept is found again. */
  put(digest: Digest, faults: Fault[]): Promise<void>;
}

/** Keeps verdicts as long as the process lives; the oldest goes first. */
export function memoryCache(most = 1_000): VerdictCache {
  const known = new Map<Digest, Fault[]>();
  return {
    get: (digest) => Promise.resolve(known.get(digest)),
    put: (digest, faults) => {
      if (known.size >= most) known.delete(known.keys().next().value as Digest);
      known.set(digest, faults);
      return Promise.resolve();
    },
  };
}

/** Where the caches of a person's programs lie. */
export const userCacheFolder = (): string => join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'steward', 'verdicts');

/** Keeps verdicts in a folder, one small file each; written aside and moved, so that readers never see half of one. */
export function folderCache(folder = userCacheFolder()): VerdictCache {
  const fileOf = (digest: Digest): string => join(folder, `${digest.slice('sha256:'.length)}.json`);
  return {
    async get(digest) {
      try {
        const read = JSON.parse(await readFile(fileOf(digest), 'utf8')) as unknown;
        return Array.isArray(read) && read.every(isFault) ? read : undefined;
      } catch {
        return undefined;
      }
    },
    async put(digest, faults) {
      const aside = join(folder, `.${randomUUID()}`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(aside, JSON.stringify(faults), { mode: 0o600 });
        await rename(aside, fileOf(digest));
      } catch {
        // Read-only or full: the next run looks again.
      }
    },
  };
}

const isFault = (value: unknown): value is Fault => {
  const { pointer, message } = (value ?? {}) as { pointer?: unknown; message?: unknown };
  return typeof pointer === 'string' && typeof message === 'string';
};
