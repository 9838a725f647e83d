import { createCatalog } from '../catalog/index.js';
import type { Catalog } from '../catalog/index.js';
import { Failure } from '../lifecycle/failures.js';

/** The SDK's notice about future versions of Node belongs to who builds Steward, not into the output of every command. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** Opens the catalog for as long as the work takes. */
export async function withCatalog<T>(work: (catalog: Catalog) => Promise<T>): Promise<T> {
  const catalog = openCatalog();
  try {
    return await work(catalog);
  } finally {
    catalog.close();
  }
}

/**
 * The catalog as the command line reaches it: STEWARD_CATALOG_BUCKET, _REGION and _ENDPOINT, with the usual AWS_ACCESS_KEY_ID and
 * AWS_SECRET_ACCESS_KEY. Uploads of bundles, ids of products and what is told from the catalog alone need it; all else goes through Temporal. Throws `InvalidInput` that names what is missing.
 */
function openCatalog(): Catalog {
  const need = (name: string): string => {
    const value = process.env[name];
    if (value) return value;
    throw new Failure('InvalidInput', `${name} is not set: the command reaches the catalog by it`);
  };
  return createCatalog({
    bucket: need('STEWARD_CATALOG_BUCKET'),
    region: process.env['STEWARD_CATALOG_REGION'] || 'us-east-1',
    endpoint: process.env['STEWARD_CATALOG_ENDPOINT'] || undefined,
    accessKeyId: need('AWS_ACCESS_KEY_ID'),
    secretAccessKey: need('AWS_SECRET_ACCESS_KEY'),
  });
}
