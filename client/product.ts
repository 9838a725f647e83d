import { lineMeant } from '../descriptors/index.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** True for what may be the id of a product. */
export const isId = (text: string): boolean => UUID.test(text.trim());

/**
 * The line that a name means; an id is looked up in the catalog, when the command line knows one. Undefined for anything else: the worker will
 * look it up. Throws `UnknownProduct` for an id that the catalog does not know.
 */
export async function lineKnown(text: string): Promise<string | undefined> {
  const line = lineMeant(text);
  if (line !== undefined || !isId(text) || !process.env['STEWARD_CATALOG_BUCKET']) return line;
  // The client of the store is loaded by who needs it.
  const [{ withCatalog }, { findProduct }] = await Promise.all([import('./catalog.js'), import('../catalog/index.js')]);
  return withCatalog(async (catalog) => (await findProduct(catalog.products, text)).line);
}
