import { createCatalog } from '../catalog/index.js';
import type { Catalog } from '../catalog/index.js';
import { Failure } from '../lifecycle/failures.js';

/** The SDK's notice about future versions of Node belongs to who builds Steward, not into the output of every command. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/**
 * The catalog as the command line reaches it: STEWARD_CATALOG_BUCKET, _REGION and _ENDPOINT, with the usual AWS_ACCESS_KEY_ID and
 * AWS_SECRET_ACCESS_KEY. Only uploads of bundles and ids of products need it; all else goes through Temporal. Throws `InvalidInput` that names what is missing.
 */
export function openCatalog(): Catalog {
  const need = (name: string): string => {
    const value = process.env[name];
    if (value) return value;
    throw new Failure('InvalidInput', `${name} is not set: registering a folder uploads it to the catalog's bucket`);
  };
  return createCatalog({
    bucket: need('STEWARD_CATALOG_BUCKET'),
    region: process.env['STEWARD_CATALOG_REGION'] ?? 'us-east-1',
    endpoint: process.env['STEWARD_CATALOG_ENDPOINT'],
    accessKeyId: need('AWS_ACCESS_KEY_ID'),
    secretAccessKey: need('AWS_SECRET_ACCESS_KEY'),
  });
}
