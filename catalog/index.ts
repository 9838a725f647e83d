export { createCatalog, type Catalog } from './catalog.js';
export type { CatalogConfig } from './config.js';
export type { Blobs } from './blobs.js';
export type { Products, Environments } from './records.js';
export type { Exceptions } from './decisions.js';
export type { Evidence } from './evidence.js';
export type { Results } from './results.js';
export type { Stored } from './record.js';
export { canonicalJson, digestOf, digestOfJson, isDigest } from './digest.js';
