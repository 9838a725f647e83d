/** Where the catalog is and how to get in. Secrets are values here, resolved by the worker; nothing of this type is ever logged. */
export interface CatalogConfig {
  bucket: string;
  region: string;
  /** Left out: AWS's own endpoint of the region. */
  endpoint?: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Milliseconds until a request that gets no answer is given up; default REQUEST_TIMEOUT_MS. */
  requestTimeoutMs?: number;
}

/** What messages call the object store: scheme, host and port, never user or password. */
export function endpointName({ endpoint, region }: CatalogConfig): string {
  return endpoint === undefined ? `S3 in ${region}` : `S3 at ${new URL(endpoint).origin}`;
}
