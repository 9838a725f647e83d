import type { BlobRef } from '../../../lifecycle/digest.js';
import type { LedgerDeps } from '../deps.js';
import type { Action } from './plan.js';

/** How far an action of an operation got. `started` is written before the effect: it may or may not have happened. */
export type Mark = 'started' | 'finished' | 'reverted';

/** Marks are kept by before-image (each operation has its own) and address. What has no mark was never touched. */
const entry = (before: BlobRef, { kind, address }: Action, mark: Mark): string => `ksqldb/${before}/${kind}/${address}/${mark}`;

export const note = async (deps: LedgerDeps, before: BlobRef, action: Action, mark: Mark): Promise<void> => {
  await deps.results.put(entry(before, action, mark), { sql: action.sql });
};

export const isNoted = async (deps: LedgerDeps, before: BlobRef, action: Action, mark: Mark): Promise<boolean> =>
  (await deps.results.get(entry(before, action, mark))) !== undefined;

/** What an operation has done for good: the server's state does not show a replacement by an equivalent statement. */
export const isFinished = async (deps: LedgerDeps, before: BlobRef, action: Action): Promise<boolean> =>
  (await isNoted(deps, before, action, 'finished')) && !(await isNoted(deps, before, action, 'reverted'));
