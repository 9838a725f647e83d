import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** The content of a file is not what was pinned: never used, never retried with the same bytes. */
export class DigestMismatch extends Error {
  override readonly name = 'DigestMismatch';
  constructor(what: string, expected: string, actual: string) {
    super(`${what} is refused: its sha256 is ${actual}, pinned is ${expected}. Something between here and its publisher changed it.`);
  }
}

/** The sha256 of a file's bytes, in lower-case hex. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Resolves if the file has the pinned sha256. @throws DigestMismatch otherwise. */
export async function checkDigest(file: string, what: string, expected: string): Promise<void> {
  const actual = await sha256OfFile(file);
  if (actual !== expected) throw new DigestMismatch(what, expected, actual);
}
