import { executorQueue, ENGINE_QUEUE } from '../../../lifecycle/ids.js';
import { register } from '../operations.js';
import { sameEnd } from './cells.js';
import type { CellResult } from './cells.js';
import type { Cut } from './cuts.js';
import type { MatrixWorld, QuickProduct } from './matrix-world.js';
import { end, operations, start } from './operations.js';
import type { Operation } from './operations.js';
import type { Reference } from './reference.js';

/** The queue that an activity is given away by. */
export const queueOf = (activity: string): string => {
  const [type = ''] = activity.split(' ');
  return type.includes('.') ? executorQueue(type.split('.')[0]!) : ENGINE_QUEUE;
};

/**
 * The worker is killed while each of several runs stands at a cut, and another one takes over: all of them end as if nothing had been.
 * Lives are lived side by side, so that one death is a cell of each of them.
 * @param wanted which cuts of each operation; each once
 * @param lives how many lives side by side
 */
export async function killAtEach(
  matrix: MatrixWorld,
  reference: Reference,
  wanted: Map<Operation, Cut[]>,
  lives: number,
  tell: (result: CellResult) => void,
): Promise<void> {
  const left = new Map([...wanted].map(([operation, cuts]) => [operation, [...cuts]]));
  while ([...left.values()].some((cuts) => cuts.length > 0)) {
    let products = Array.from({ length: lives }, () => matrix.product());
    for (const operation of operations) {
      // Who has reached a wrong end is no ground for what follows.
      const bad = await batch(matrix, reference, operation, products, left.get(operation) ?? [], tell);
      products = products.filter((product) => !bad.has(product));
    }
  }
}

async function batch(
  matrix: MatrixWorld,
  reference: Reference,
  operation: Operation,
  products: QuickProduct[],
  cuts: Cut[],
  tell: (result: CellResult) => void,
): Promise<Set<QuickProduct>> {
  const begun = Date.now();
  const cells = products.map((product) => ({ product, cut: cuts.shift() }));
  const stops = cells.flatMap(({ product, cut }) => (cut ? [matrix.stops.stopAt(operation.workflowId(product), cut)] : []));
  const handles = await Promise.all(products.map((product) => start(matrix, operation, product)));
  const ends = handles.map((handle) => end(matrix, handle));
  if (stops.length > 0) {
    await matrix.stops.allReached(stops, queueOf);
    await matrix.kill();
    for (const { workflowId } of stops) matrix.stops.pass(workflowId);
    await matrix.restart();
  }
  const outcomes = await Promise.all(ends);
  for (const handle of handles) matrix.stops.clear(handle.workflowId);
  if (operation.from === 'unknown') await register(matrix.world, ...products.map((product) => product['1.1.0']));
  const bad = new Set<QuickProduct>();
  const seconds = (Date.now() - begun) / 1000 / Math.max(1, stops.length);
  for (const [index, { product, cut }] of cells.entries()) {
    const { ending, fault } = await sameEnd(matrix, reference, operation, product, outcomes[index]!);
    if (fault) bad.add(product);
    const at = cut ? `${cut.kind} ${cut.of}`.trim() : 'beside others';
    if (cut || fault) tell({ operation: operation.name, disturbance: 'worker killed', at, ending, fault, seconds });
  }
  return bad;
}
