import type { Outcome } from '../operations.js';
import type { MatrixWorld, QuickProduct, QuickSnapshot } from './matrix-world.js';
import type { Operation, Place } from './operations.js';
import type { Reference } from './reference.js';

/** How a disturbed operation may end. */
export type Ending = 'same end' | 'compensated' | 'refused' | 'stuck, with its list' | 'done, the run says otherwise';

/** One disturbance of one operation, and what came of it. */
export interface CellResult {
  operation: string;
  /** What was done to it: the column. */
  disturbance: string;
  /** Where. */
  at: string;
  ending?: Ending;
  /** Why the cell has failed: any ending but those that are allowed, or a world that is not as it has to be. */
  fault?: string;
  seconds: number;
}

/** How the world differs from what it has to be at a place of a life; undefined = in nothing. */
export async function difference(...where: Parameters<typeof differences>): Promise<string | undefined> {
  const found = Object.values(await differences(...where));
  return found.length === 0 ? undefined : found.join('; ');
}

/** The parts of the world that are not as they have to be at a place of a life, each with what is wrong. */
export async function differences(
  matrix: MatrixWorld,
  reference: Reference,
  product: QuickProduct,
  place: Place,
): Promise<{ [part in keyof QuickSnapshot]?: string }> {
  const wanted = reference.at[place]!;
  const seen = matrix.as(await matrix.snapshot(product), product, reference.product);
  const parts = new Set([...Object.keys(wanted), ...Object.keys(seen)]) as Set<keyof QuickSnapshot>;
  const other = [...parts].filter((part) => JSON.stringify(seen[part]) !== JSON.stringify(wanted[part]));
  return Object.fromEntries(
    other.map((part) => [part, `${part}: ${JSON.stringify(seen[part])} instead of ${JSON.stringify(wanted[part])}`]),
  );
}

/** Names the ending of an operation that was not kept from its end: it has to end as it does undisturbed. */
export async function sameEnd(
  matrix: MatrixWorld,
  reference: Reference,
  operation: Operation,
  product: QuickProduct,
  { ended, message }: Outcome,
): Promise<Pick<CellResult, 'ending' | 'fault'>> {
  const fault =
    ended === operation.ended
      ? await difference(matrix, reference, product, operation.to)
      : `ended as ${ended} instead of ${operation.ended}: ${message}`;
  return fault === undefined ? { ending: 'same end' } : { fault };
}
