import { readDescriptor, type Descriptor } from '../../descriptors/index.js';
import { lineOf, namespaceOf } from '../../descriptors/identify/index.js';
import type { Product } from '../../descriptors/product.js';
import type { Digest } from '../../lifecycle/digest.js';
import { Failure } from '../../lifecycle/failures.js';
import type { EngineDeps } from './deps.js';

/**
 * The product of a bundle that was judged before. What was registered is never judged anew: it is read by the tolerant profile, and under
 * the name that it was registered by, whatever the configuration says by now.
 * @param fqn the name that it was registered by; left out while it is being registered
 */
export async function productIn(deps: Reading, bundle: Digest, fqn?: string): Promise<Product> {
  return (await readJudged(deps, bundle, fqn)).product;
}

/** The same, with the older spellings of its name that the descriptor was written with. */
export async function productWithAliases(deps: Reading, bundle: Digest): Promise<{ product: Product; aliases: string[] }> {
  const { product, normalisations } = await readJudged(deps, bundle);
  const aliases = normalisations.flatMap(({ alias, pointer }) =>
    alias !== undefined && pointer === NAME && alias !== lineOf(product.info.fullyQualifiedName) ? [alias] : [],
  );
  return { product, aliases };
}

type Reading = Pick<EngineDeps, 'bundle' | 'descriptors'>;

const NAME = '/info/fullyQualifiedName';

async function readJudged(deps: Reading, bundle: Digest, fqn?: string): Promise<Descriptor & { product: Product }> {
  const namespace = fqn === undefined ? deps.descriptors.namespace : namespaceOf(fqn);
  const read = readDescriptor(await deps.bundle(bundle), namespace === undefined ? {} : { namespace });
  const { product } = read;
  if (!product) throw new Failure('InvalidDescriptor', `bundle ${bundle} holds no valid descriptor`);
  return { ...read, product };
}
