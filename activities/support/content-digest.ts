import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Digest } from '../../lifecycle/digest.js';

/** Digest of a JSON value by its canonical form (RFC 8785): the same for the same content, whatever the order of its keys. */
export function contentDigest(value: unknown): Digest {
  const canonical = canonicalize(value);
  if (canonical === undefined) throw new TypeError('only JSON values have a content digest');
  return `sha256:${createHash('sha256').update(canonical).digest('hex')}`;
}
