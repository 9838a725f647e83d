import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Digest } from '../lifecycle/digest.js';

/** The name of content: equal bytes, equal digest. */
export const digestOf = (bytes: Uint8Array | string): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** RFC 8785 JSON: equal values have equal bytes, and so one digest. Undefined fields are left out; throws on what JSON cannot carry. */
export function canonicalJson(value: unknown): Uint8Array {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('this value has no JSON form');
  return new TextEncoder().encode(text);
}

/** The digest that `putJson` would give this value. */
export const digestOfJson = (value: unknown): Digest => digestOf(canonicalJson(value));

/** True for text of the form `sha256:<64 hexadecimal digits>`. */
export const isDigest = (text: string): text is Digest => /^sha256:[0-9a-f]{64}$/.test(text);
