import type { StandardDefinition } from '../../product.js';
import { formatNamed } from '../payload/formats.js';

/** The language of an API document by its name, in whatever spelling. */
export function languageOf(api: Pick<StandardDefinition, 'specification'>): string | undefined {
  const name = api.specification.toLowerCase().replaceAll(/[^a-z]/g, '');
  if (name === 'swagger') return 'openapi';
  if (name === 'asyncapi' || name === 'openapi') return name;
  return name.startsWith('datastore') ? 'datastoreapi' : formatNamed(api.specification);
}
