import { createHash, randomBytes } from 'node:crypto';

/** AES-256. */
const KEY_BYTES = 32;
/** Enough of a digest to tell keys apart. */
const ID_DIGITS = 12;
const BASE64 = /^[A-Za-z0-9+/]{43}=$/;

/** A key that payloads are encrypted with, and the name by which a payload says that it needs it. */
export interface EncryptionKey {
  /** The beginning of the key's SHA-256: says nothing about 256 random bits, and cannot be written down wrongly. */
  id: string;
  bytes: Uint8Array;
}

/** A key that cannot be used, with what is wrong with it; never with the key. */
export class UnusableEncryptionKey extends Error {
  override readonly name = 'UnusableEncryptionKey';
}

/** A new key as it is written down: 32 random bytes as base64. */
export const createEncryptionKey = (): string => randomBytes(KEY_BYTES).toString('base64');

/** Reads a key as `createEncryptionKey` writes it (or `openssl rand -base64 32`). Throws `UnusableEncryptionKey`. */
export function readEncryptionKey(text: string): EncryptionKey {
  const written = text.trim();
  if (!BASE64.test(written)) throw new UnusableEncryptionKey('it is not 32 bytes as base64');
  const bytes = Uint8Array.from(Buffer.from(written, 'base64'));
  // Typed in to try things out, and then left there.
  if (new Set(bytes).size === 1) throw new UnusableEncryptionKey('it is one byte again and again: anybody would guess it');
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, ID_DIGITS), bytes };
}
