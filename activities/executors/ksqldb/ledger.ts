import type { BlobRef } from '../../../lifecycle/digest.js';
import { digestOfJson } from '../../../descriptors/digest.js';
import type { LedgerDeps } from '../deps.js';
import type { Action } from './plan.js';
import { statementDigest } from './statement.js';

/**
 * What one taking of a step (`key`) has begun to change. Written before the effect: what is not in the ledger was never
 * touched, what is in it may or may not have happened (the server's state tells).
 */
const entry = (key: string, { kind, address }: Action): string => `ksqldb/${key}/${kind}/${address}`;

export const noteStart = async (deps: LedgerDeps, key: string, action: Action): Promise<void> => {
  await deps.results.put(entry(key, action), { sql: action.sql });
};

/** The server has refused it: whatever is there under the name is not of this step. */
export const noteRefused = async (deps: LedgerDeps, key: string, action: Action): Promise<void> => {
  await deps.results.put(`${entry(key, action)}/refused`, true);
};

/** True when the state that an action leads to may be this step's doing. */
export const mayHaveRun = async (deps: LedgerDeps, key: string, action: Action): Promise<boolean> =>
  (await isStarted(deps, key, action)) && (await deps.results.get(`${entry(key, action)}/refused`)) === undefined;

/** Also true for what was refused: even so ksqlDB may have made the topic of a sink. */
export const isStarted = async (deps: LedgerDeps, key: string, action: Action): Promise<boolean> =>
  (await deps.results.get(entry(key, action))) !== undefined;

/** What the state of the server cannot show of something that is ended and made again under its name. */
export type Turn = 'ended' | 'undone';

export const noteTurn = async (deps: LedgerDeps, key: string, action: Action, turn: Turn): Promise<void> => {
  await deps.results.put(`${entry(key, action)}/${turn}`, true);
};

export const isNoted = async (deps: LedgerDeps, key: string, action: Action, turn: Turn): Promise<boolean> =>
  (await deps.results.get(`${entry(key, action)}/${turn}`)) !== undefined;

/** The before-image that the first effect was made against: earlier previews may have seen a world without the topics. */
export const noteBefore = async (deps: LedgerDeps, key: string, before: BlobRef): Promise<BlobRef> =>
  deps.results.put(`ksqldb/${key}/before`, before);

/** Undefined = nothing was begun. */
export const beforeOf = async (deps: LedgerDeps, key: string): Promise<BlobRef | undefined> =>
  deps.results.get<BlobRef>(`ksqldb/${key}/before`);

/** A statement that changes nothing leaves the server's wording as it was. That it does is a fact for good, worth keeping. */
const fact = (action: Action, wording: string): string =>
  `ksqldb/equivalent/${digestOfJson({ statement: statementDigest(action.statement), wording })}`;

export const noteEquivalent = async (deps: LedgerDeps, action: Action, wording: string): Promise<void> => {
  await deps.results.put(fact(action, wording), true);
};

export const isEquivalent = async (deps: LedgerDeps, action: Action, wording: string): Promise<boolean> =>
  (await deps.results.get(fact(action, wording))) !== undefined;
