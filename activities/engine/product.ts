import { readDescriptor } from '../../descriptors/index.js';
import { namespaceOf } from '../../descriptors/identify/index.js';
import type { Product } from '../../descriptors/product.js';
import type { Digest } from '../../lifecycle/digest.js';
import { Failure } from '../../lifecycle/failures.js';
import type { EngineDeps } from './deps.js';

/**
 * The product of a bundle that was judged before. What was registered is never judged anew: it is read by the tolerant profile, and under
 * the name that it was registered by, whatever the configuration says by now.
 * @param fqn the name that it was registered by; left out while it is being registered
 */
export async function productIn(deps: Pick<EngineDeps, 'bundle' | 'descriptors'>, bundle: Digest, fqn?: string): Promise<Product> {
  const namespace = fqn === undefined ? deps.descriptors.namespace : namespaceOf(fqn);
  const { product } = readDescriptor(await deps.bundle(bundle), namespace === undefined ? {} : { namespace });
  if (!product) throw new Failure('InvalidDescriptor', `bundle ${bundle} holds no valid descriptor`);
  return product;
}
