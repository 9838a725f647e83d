import { eventually } from '../eventually.js';
import { register, terraformOf } from '../operations.js';
import { sameEnd } from './cells.js';
import type { CellResult } from './cells.js';
import type { Cut } from './cuts.js';
import type { MatrixWorld, QuickProduct } from './matrix-world.js';
import { end, operations, start } from './operations.js';
import type { Operation } from './operations.js';
import type { Reference } from './reference.js';
import type { Stop } from './stops.js';

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
    for (const [index, operation] of operations.entries()) {
      const rest = operations.slice(index).filter((each) => left.get(each)?.length);
      if (rest.length === 0) break;
      // What leads nowhere is done for its cuts alone.
      if (operation.from === operation.to && rest[0] !== operation) continue;
      // Who has reached a wrong end is no ground for what follows.
      const bad = await batch(matrix, reference, operation, products, left.get(operation) ?? [], tell);
      products = products.filter((product) => !bad.has(product));
    }
  }
}

const isAmid = ({ kind }: Cut): boolean => kind.startsWith('amid');

/** Waits until its Terraform is at work. Returns the processes that are to die with the worker. */
async function arriveAmid({ world }: MatrixWorld, stop: Stop, product: QuickProduct): Promise<number[]> {
  const children = await eventually(async () => {
    const found = stop.underWay ? await terraformOf(world, product['1.0.0']) : [];
    return found.length > 0 ? found : undefined;
  }, `the Terraform of ${stop.workflowId} is at work`);
  stop.arrive();
  return stop.cut.kind === 'amid, killed' ? children : [];
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
  let back = (): void => undefined;
  const restarted = new Promise<void>((resolve) => (back = resolve));
  const cells = products.map((product) => {
    const cut = cuts.shift();
    return { product, cut, stop: cut && matrix.stops.stopAt(operation.workflowId(product), cut) };
  });
  let over = 0;
  const handles = await Promise.all(cells.map(({ product, cut }) => start(matrix, operation, product, cut)));
  const ends = handles.map((handle, index) => {
    const { stop } = cells[index]!;
    const beforeApproval = async (): Promise<void> => {
      if (stop?.cut.kind !== 'before message') return;
      stop.arrive();
      await restarted;
    };
    const outcome = end(matrix, handle, { beforeApproval });
    const count = (): void => void (stop && over++);
    outcome.then(count, count);
    return outcome;
  });
  const stops = cells.flatMap(({ stop }) => stop ?? []);
  if (stops.length > 0) {
    const watched = cells.map(({ stop, product }) => (stop && isAmid(stop.cut) ? arriveAmid(matrix, stop, product) : []));
    await matrix.stops.allReached(stops, () => over);
    const children = (await Promise.all(watched)).flat();
    await matrix.kill();
    for (const pid of children) process.kill(-pid, 'SIGKILL');
    for (const { workflowId } of stops) matrix.stops.pass(workflowId);
    await matrix.restart();
    back();
  }
  const outcomes = await Promise.all(ends);
  matrix.stops.clear(...handles.map(({ workflowId }) => workflowId));
  if (operation.from === 'unknown') await register(matrix.world, ...products.map((product) => product['1.1.0']));
  const bad = new Set<QuickProduct>();
  const seconds = (Date.now() - begun) / 1000 / Math.max(1, stops.length);
  for (const [index, { product, cut, stop }] of cells.entries()) {
    const outcome = outcomes[index]!;
    const { ending, fault } =
      stop && !stop.reached
        ? { fault: `ended before its cut: ${outcome.ended}: ${outcome.message}` }
        : await sameEnd(matrix, reference, operation, product, outcome);
    if (fault) bad.add(product);
    const at = cut ? `${cut.kind} ${cut.of}`.trim() : 'beside others';
    if (cut || fault) tell({ operation: operation.name, disturbance: 'worker killed', at, ending, fault, seconds });
  }
  return bad;
}
