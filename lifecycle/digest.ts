import type { Digest } from '../descriptors/digest.js';

/** The name of a blob, a bundle, a plan. */
export type { Digest };

/** A blob in the catalog, by its digest. */
export type BlobRef = Digest;

/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
