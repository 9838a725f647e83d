import { register } from '../operations.js';
import { difference, differences } from './cells.js';
import type { CellResult, Ending } from './cells.js';
import { recoverBy } from './disturbances.js';
import type { Disturbance } from './disturbances.js';
import type { Cut } from './cuts.js';
import type { MatrixWorld, QuickProduct, QuickSnapshot } from './matrix-world.js';
import { end, operations, start } from './operations.js';
import type { End, Operation, Place } from './operations.js';
import type { Reference } from './reference.js';

export interface Cell {
  operation: Operation;
  disturbance: Disturbance;
  cut: Cut;
}

/** Every disturbance of every operation at each cut where it can be done. */
export function cellsOf({ cuts }: Reference, disturbances: Disturbance[]): Cell[] {
  return operations.flatMap((operation) =>
    disturbances
      .filter(({ not = [] }) => !not.includes(operation.name))
      .flatMap((disturbance) =>
        cuts
          .get(operation)!
          .filter(({ kind, of }) => kind === disturbance.at && (disturbance.activities?.test(of) ?? true))
          .map((cut) => ({ operation, disturbance, cut })),
      ),
  );
}

/** Goes through the cells, several lives side by side. */
export async function disturb(
  matrix: MatrixWorld,
  reference: Reference,
  cells: Cell[],
  lives: number,
  tell: (result: CellResult) => void,
): Promise<void> {
  const left = [...cells];
  const next = (operation: Operation): Cell | undefined => {
    const index = left.findIndex((cell) => cell.operation === operation);
    return index < 0 ? undefined : left.splice(index, 1)[0];
  };
  await Promise.all(
    Array.from({ length: lives }, async () => {
      while (left.length > 0) await live(matrix, reference, next, tell);
    }),
  );
}

/** One life: at each place the cells that are left there, then on to the next place. Ends early at a wrong world. */
async function live(
  matrix: MatrixWorld,
  reference: Reference,
  next: (operation: Operation) => Cell | undefined,
  tell: (result: CellResult) => void,
): Promise<void> {
  const product = matrix.product();
  let place: Place = 'unknown';
  for (const operation of operations) {
    while (place === operation.from) {
      const cell = next(operation);
      if (!cell) break;
      const result = await perform(matrix, reference, cell, product);
      tell(result);
      if (result.fault || result.place === undefined) return;
      place = result.place;
      // What was granted once is not asked for again, so another run would not be the one that was looked at.
      if (result.granted) return;
    }
    if (place === operation.from && operation.to !== place) {
      const outcome = await end(matrix, await start(matrix, operation, product));
      if (outcome.ended !== operation.ended) throw new Error(`${operation.name} ended as ${outcome.ended}: ${outcome.message}`);
      place = operation.to;
    }
    if (operation.from === 'unknown') await register(matrix.world, product['1.1.0']);
  }
}

async function perform(
  matrix: MatrixWorld,
  reference: Reference,
  { operation, disturbance, cut }: Cell,
  product: QuickProduct,
): Promise<CellResult & Judgement & Pick<End, 'granted'>> {
  const begun = Date.now();
  const stop = matrix.stops.stopAt(operation.workflowId(product), cut);
  const handle = await start(matrix, operation, product);
  let over = 0;
  const outcome = end(matrix, handle, { answer: disturbance.answer }).finally(() => over++);
  outcome.catch(() => undefined);
  let seen: End;
  try {
    await matrix.stops.allReached([stop], () => over);
    if (!stop.reached) throw new Error(`it ended before: ${JSON.stringify(await outcome)}`);
    seen = await disturbance.act({ matrix, operation, product, stop, handle, outcome });
    if (disturbance.recovers) {
      const { ended, message } = await recoverBy(matrix, product);
      if (!['recovered', 'clean'].includes(ended)) throw new Error(`recover ended as ${ended}: ${message}`);
    }
  } catch (error) {
    seen = { ended: 'fault', message: error instanceof Error ? error.message : String(error), stuck: [], granted: true };
  } finally {
    matrix.stops.clear(handle.workflowId);
  }
  const judgement = disturbance.answer === 'skip' ? judgeSkipped : judge;
  const judged = await judgement(matrix, reference, operation, product, seen, cut);
  const at = `${cut.kind} ${cut.of}`;
  const { granted } = seen;
  return { operation: operation.name, disturbance: disturbance.name, at, ...judged, granted, seconds: (Date.now() - begun) / 1000 };
}

interface Judgement {
  ending?: Ending;
  fault?: string;
  /** Where the product is in its life by now; undefined = nowhere, it is given up. */
  place?: Place;
}

/** What each executor has made of a product of the matrix. */
const partOf: { [executor: string]: keyof QuickSnapshot } = { terraform: 'states', 'schema-registry': 'subjects', command: 'mark' };

/** What an operator leaves is left, and named; all else is as it was before. */
async function judgeSkipped(
  matrix: MatrixWorld,
  reference: Reference,
  { from }: Operation,
  product: QuickProduct,
  { ended, message, stuck, report }: End,
  cut: Cut,
): Promise<Judgement> {
  const [, executor, step] = /^([^.]+)\.revert ([^ ]+)/.exec(cut.of)!;
  const found = Object.keys(await differences(matrix, reference, product, from));
  const listed = new Set(report?.remains.map((remainder) => remainder.step));
  if (report?.ended === 'needs-operator' && [...stuck].join() === step && [...listed].join() === step && found.join() === partOf[executor!])
    return { ending: 'stuck, with its list' };
  const remains = JSON.stringify(report?.remains);
  return {
    fault: `ended as ${ended} (${report?.ended}): ${message}; asked about ${stuck.join()}, listed ${remains}, left ${found.join()}`,
  };
}

/** What is promised: done, or as it was before, or stuck with the list of what remains. */
async function judge(
  matrix: MatrixWorld,
  reference: Reference,
  { name, from, to, ended }: Operation,
  product: QuickProduct,
  outcome: End,
  cut: Cut,
): Promise<Judgement> {
  const told = `ended as ${outcome.ended}: ${outcome.message}`;
  if (outcome.ended === 'fault') return { fault: told, place: from };
  const before = await difference(matrix, reference, product, from);
  // Every product needs its second version, wherever its registration stands.
  if (name === 'register' && before !== undefined) await register(matrix.world, product['1.1.0']);
  const after = await difference(matrix, reference, product, to);
  const [, verb, step] = /\.(apply|revert|probe) ([^ ]+)/.exec(cut.of) ?? [];
  // Of an undo nothing but that step is left; of a removal also what waits for it.
  const isPrecise = verb === 'revert' ? outcome.stuck.join() === step : outcome.stuck.includes(step ?? '');
  if (outcome.stuck.length > 0 && step !== undefined && !isPrecise)
    return { fault: `asks about ${outcome.stuck.join(', ')} instead of ${step}`, place: from };
  const ending = outcome.stuck.length > 0 ? ('stuck, with its list' as const) : undefined;
  if (outcome.ended === ended && after === undefined) return { ending: ending ?? 'same end', place: to };
  if (outcome.report?.ended === 'needs-operator') {
    const { remains } = outcome.report;
    if (remains.length === 0) return { fault: `stuck without a list: ${told}`, place: from };
    const recovered = await recoverBy(matrix, product);
    const rest = await difference(matrix, reference, product, from);
    if (rest !== undefined && (await difference(matrix, reference, product, to)) !== undefined)
      return { fault: `${told}; recover ended as ${recovered.ended}: ${recovered.message}; ${rest}`, place: from };
    return { ending: 'stuck, with its list', place: rest === undefined ? from : to };
  }
  if (outcome.ended === ended) return { fault: `it says that it is done: ${after}`, place: from };
  if (before === undefined) return { ending: ending ?? (outcome.report?.ended === 'refused' ? 'refused' : 'compensated'), place: from };
  if (after === undefined) return { ending: 'done, the run says otherwise', place: to };
  return { fault: `${told}: ${before}`, place: from };
}
