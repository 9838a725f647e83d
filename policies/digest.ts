import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** As lifecycle's Digest; floor 2 cannot import it. */
export type Digest = `sha256:${string}`;

/** sha256 over RFC 8785 JSON: equal values, equal digest, whatever the order of keys. */
export function digestOfJson(value: unknown): Digest {
  return `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`;
}

/** RFC 8785 text of a JSON value. */
export const canonicalJson = (value: unknown): string => canonicalize(value) ?? 'null';
