import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** `sha256:` and 64 lower-case hexadecimal digits: the name of content. */
export type Digest = `sha256:${string}`;

/** Equal bytes, equal digest. */
export const digestOf = (content: Uint8Array | string): Digest => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** RFC 8785 JSON: equal values have one text, whatever the order of their keys. Undefined fields are left out; throws on what JSON cannot carry. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('this value has no JSON form');
  return text;
}

/** False for what cannot be written down: numbers and text that are none of JSON's (halves of a surrogate pair), or too deep a nesting. */
export function hasCanonicalForm(value: unknown): boolean {
  try {
    canonicalJson(value);
    return true;
  } catch {
    return false;
  }
}

/** The digest of a JSON value by its canonical text. */
export const digestOfJson = (value: unknown): Digest => digestOf(canonicalJson(value));

/** True for text of the form `sha256:<64 hexadecimal digits>`. */
export const isDigest = (text: string): text is Digest => /^sha256:[0-9a-f]{64}$/.test(text);
