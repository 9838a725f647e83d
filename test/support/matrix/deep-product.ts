import { jobsSql, smallProduct, topicsModule } from '../small-product.js';
import type { SmallProduct } from '../small-product.js';
import type { StewardWorld } from '../steward-world.js';
import type { Version } from './quick-product.js';

/**
 * A product of topics, a schema and Flink jobs, each of which differs between the versions: another topic, another field, another statement.
 * @param name letters and digits
 */
export function deepProduct(world: StewardWorld, name: string, version: Version): SmallProduct {
  const later = version !== '1.0.0';
  const sql = jobsSql('sink_a');
  return smallProduct(world, name, {
    version,
    terraform: topicsModule(['a', 'b', ...(later ? ['c'] : [])].map((topic) => `${name}-${topic}`)),
    fields: [{ name: 'id', type: 'string' }, ...(later ? [{ name: 'note', type: ['null', 'string'], default: null }] : [])],
    sql: later ? sql.replace('SELECT a FROM', 'SELECT a + 1 FROM') : sql,
  });
}
