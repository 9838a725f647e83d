/** `sha256:` and 64 lower-case hexadecimal digits: the name of a blob, a bundle, a plan. */
export type Digest = `sha256:${string}`;

/** A blob in the catalog, by its digest. */
export type BlobRef = Digest;

/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
