import { canonicalJson as canonicalText } from '../descriptors/digest.js';

export { digestOf, digestOfJson, isDigest } from '../descriptors/digest.js';

/** The bytes under which a JSON value is stored: canonical, so that equal values have equal bytes. */
export const canonicalJson = (value: unknown): Uint8Array => new TextEncoder().encode(canonicalText(value));
