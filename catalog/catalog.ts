import { createBlobs, type Blobs } from './blobs.js';
import { bucketReachable, ensureBucket } from './bucket.js';
import type { CatalogConfig } from './config.js';
import { createExceptions, type Exceptions } from './decisions.js';
import { createEvidence, type Evidence } from './evidence.js';
import { createFlags, type Flags } from './flags.js';
import { createMetadata, type Metadata } from './metadata.js';
import { createObjectStore } from './object-store.js';
import { createEnvironments, createProducts, type Environments, type Products } from './records.js';
import { createStatements, type Statements } from './statements.js';
import { createResults, type Results } from './results.js';

/** The record of products, versions, environments and evidence: objects in S3, changed by conditional writes only. */
export interface Catalog {
  readonly blobs: Blobs;
  readonly products: Products;
  readonly environments: Environments;
  readonly exceptions: Exceptions;
  readonly flags: Flags;
  readonly evidence: Evidence;
  readonly results: Results;
  readonly statements: Statements;
  readonly metadata: Metadata;
  /** Creates the bucket (with versioning) when it is absent; harmless when repeated. */
  ensureBucket(): Promise<void>;
  /** False when the object store does not answer; throws AccessDenied and SystemRefused (no such bucket). */
  reachable(): Promise<boolean>;
  /** Closes the connections. */
  close(): void;
}

/** Opens the catalog; nothing is sent before the first call. */
export function createCatalog(config: CatalogConfig): Catalog {
  const store = createObjectStore(config);
  return {
    blobs: createBlobs(store),
    products: createProducts(store),
    environments: createEnvironments(store),
    exceptions: createExceptions(store),
    flags: createFlags(store),
    evidence: createEvidence(store),
    results: createResults(store),
    statements: createStatements(store),
    metadata: createMetadata(store),
    ensureBucket: () => ensureBucket(store, config.region),
    reachable: () => bucketReachable(store),
    close: () => store.close(),
  };
}
