/** A descriptor with its schemas and templates is text; what is larger holds something that does not belong there. */
export const MAX_BUNDLE_BYTES = 20 * 1024 * 1024;
/** Files of the largest products seen count in the hundreds. */
export const MAX_BUNDLE_FILES = 2_000;

/** What makes a folder or an archive no bundle. The message names the path. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

/** The names that a root document may have, the first one found wins (R7). */
export const ROOT_NAMES = ['data-product-descriptor.json', 'data-product-descriptor.yaml', 'data-product-descriptor.yml'] as const;
