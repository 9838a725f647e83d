import { isMeant, lineMeant, type NamedProduct } from '../descriptors/identify/index.js';
import { nearest } from '../descriptors/nearest.js';
import { Failure } from '../lifecycle/failures.js';
import type { ProductRecord } from '../lifecycle/records.js';
import type { Products } from './records.js';

/** More names than this help nobody. */
const MOST_TOLD = 20;

/**
 * The product that a name or an id means: line, fully qualified name, an older spelling, or the id of any of them. A name is found by its
 * form, with one read. An id says nothing, so all products are looked at: that is rare, and there is no second truth that could be stale.
 * Throws `UnknownProduct`, and `InvalidInput` for what means several products.
 */
export async function findProduct(products: Pick<Products, 'read' | 'list'>, text: string): Promise<ProductRecord> {
  const line = lineMeant(text);
  const found = line === undefined ? undefined : (await products.read(line))?.record;
  if (found) return found;
  const all = await products.list();
  const [meant, ...others] = all.filter((product) => isMeant(namedAs(product), text));
  if (meant && others.length === 0) return meant;
  if (meant) {
    const lines = [meant, ...others].map((product) => product.line).join(', ');
    throw new Failure('InvalidInput', `product: ${text} means several products: ${lines}. Write one of these lines.`);
  }
  const lines = all.map((product) => product.line);
  const near = nearest(line ?? text, lines);
  const told = lines.length > MOST_TOLD ? [...lines.slice(0, MOST_TOLD), `and ${lines.length - MOST_TOLD} more`] : lines;
  throw new Failure(
    'UnknownProduct',
    `no product ${text} is registered${near === undefined ? '' : ` (did you mean ${near}?)`}; registered: ${told.join(', ') || 'none'}`,
  );
}

const namedAs = ({ line, versions }: ProductRecord): NamedProduct => ({
  line,
  fqns: Object.values(versions).map(({ fqn }) => fqn),
  aliases: Object.values(versions).flatMap(({ aliases = [] }) => aliases),
});
