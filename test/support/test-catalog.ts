import { randomBytes } from 'node:crypto';
import { DeleteBucketCommand, DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createCatalog, type Catalog, type CatalogConfig } from '../../catalog/index.js';
import { stackAddresses, stackCredentials } from './stack.js';

/** A catalog in a bucket of its own on the running stack's object store. */
export interface TestCatalog {
  readonly config: CatalogConfig;
  readonly catalog: Catalog;
  /** Another connection to the same bucket, as another process would have it; changed where the test says so. */
  connect(changes?: Partial<CatalogConfig>): Catalog;
  /** Writes behind the catalog's back: damage. */
  overwrite(key: string, content: string): Promise<void>;
  remove(): Promise<void>;
}

export async function openTestCatalog(): Promise<TestCatalog> {
  const { endpoint, region } = stackAddresses().s3;
  const store = { endpoint, region, ...stackCredentials() };
  const config: CatalogConfig = { ...store, bucket: `catalog-${randomBytes(6).toString('hex')}` };
  const opened: Catalog[] = [];
  const connect = (changes: Partial<CatalogConfig> = {}): Catalog => {
    const catalog = createCatalog({ ...config, ...changes });
    opened.push(catalog);
    return catalog;
  };
  const catalog = connect();
  await catalog.ensureBucket();
  const s3 = new S3Client({ region: store.region, endpoint: store.endpoint, forcePathStyle: true, credentials: store });
  return {
    config,
    catalog,
    connect,
    overwrite: async (Key, Body) => void (await s3.send(new PutObjectCommand({ Bucket: config.bucket, Key, Body }))),
    remove: async () => {
      for (const each of opened) each.close();
      await removeBucket(s3, config.bucket);
      s3.destroy();
    },
  };
}

/** A bucket goes only when no version of any object is left in it. */
async function removeBucket(s3: S3Client, Bucket: string): Promise<void> {
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const versions = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    if (versions.length === 0) break;
    for (const { Key, VersionId } of versions) await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket }));
}
