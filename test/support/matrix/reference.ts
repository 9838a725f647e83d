import { register } from '../operations.js';
import { cutsOf } from './cuts.js';
import type { Cut } from './cuts.js';
import type { MatrixWorld, QuickProduct, QuickSnapshot } from './matrix-world.js';
import { end, operations, start } from './operations.js';
import type { Operation, Place } from './operations.js';

/** What every disturbed run is held against: one life that nothing disturbs. */
export interface Reference {
  product: QuickProduct;
  /** The world at each place of the life. */
  at: { [place in Place]?: QuickSnapshot };
  /** The cuts of each operation. */
  cuts: Map<Operation, Cut[]>;
}

/** Lives through a life, operations that are undone included. Throws when one of them does not end as it should. */
export async function takeReference(matrix: MatrixWorld): Promise<Reference> {
  const product = matrix.product();
  const reference: Reference = { product, at: { unknown: await matrix.snapshot(product) }, cuts: new Map() };
  for (const operation of operations) {
    const handle = await start(matrix, operation, product);
    const outcome = await end(matrix, handle);
    matrix.stops.clear(handle.workflowId);
    if (outcome.ended !== operation.ended) throw new Error(`${operation.name} ended as ${outcome.ended}: ${outcome.message}`);
    const { events } = await handle.fetchHistory();
    // What is told to have failed before it began has no effect to be cut off from its answer.
    const { fails } = operation;
    const possible = cutsOf(events ?? []).filter(({ kind, of }) => !(kind === 'effect' && fails?.activity.test(of)));
    // Only the first message comes from outside; before the others, the request's own run stands at a cut of its own.
    const outside = possible.filter(({ kind, of }) => kind !== 'before message' || of === '1');
    reference.cuts.set(operation, outside);
    if (operation.from === 'unknown') await register(matrix.world, product['1.1.0']);
    const seen = await matrix.snapshot(product);
    const known = reference.at[operation.to];
    if (known && JSON.stringify(known) !== JSON.stringify(seen))
      throw new Error(`${operation.name} left another world: ${JSON.stringify(seen)} instead of ${JSON.stringify(known)}`);
    reference.at[operation.to] = seen;
  }
  return reference;
}
