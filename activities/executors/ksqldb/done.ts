import type { LedgerDeps } from '../deps.js';
import { isEquivalent, isNoted, isStarted } from './ledger.js';
import { isOfStatement, isQueryOf } from './plan.js';
import type { Action } from './plan.js';
import { statementDigest } from './statement.js';
import type { SourceState, World } from './world.js';

/** OR REPLACE in the server's wording says nothing about what is there. */
const wording = (source: SourceState | undefined): string => source?.statement.replace(/^CREATE OR REPLACE /i, 'CREATE ') ?? '';

/** True when the server's state shows what the action leads to, as far as that alone can tell. */
export const isDone = async (deps: LedgerDeps, action: Action, world: World, before: World): Promise<boolean> => {
  const there = world.sources[action.name];
  switch (action.kind) {
    case 'replace':
      return there !== undefined && hasChanged(deps, action, world, before);
    case 'drop':
    case 'terminate':
      return !isThere(action, world);
    case 'create':
    case 'insert':
      return isThere(action, world) && (!action.again || hasChanged(deps, action, world, before));
    case 'assert':
      // Nothing is left to look at: whether it held is in its answer alone.
      return false;
  }
};

/**
 * The same for one taking of a step, whose ledger knows more: what is dropped and made again has the same name before and after, and may
 * have the same wording.
 */
export const isDoneBy = async (deps: LedgerDeps, key: string, action: Action, world: World, before: World): Promise<boolean> => {
  if (!action.again) return isDone(deps, action, world, before);
  const ends = action.kind === 'drop' || action.kind === 'terminate';
  if (ends) return (await isNoted(deps, key, action, 'ended')) || !isThere(action, world);
  // What it takes the place of has ended before it was begun: what is there by now is the new one.
  return isThere(action, world) && (await isStarted(deps, key, action)) && !(await isNoted(deps, key, action, 'undone'));
};

/** False where nobody can tell from outside: what is ended and made again of the same statement looks as it did. */
export const isTelling = (action: Action, actions: readonly Action[], world: World): boolean => {
  const { kind, address, again, former, statement } = action;
  if (!again || !isThere(action, world)) return true;
  const ends = kind === 'drop' || kind === 'terminate';
  if (ends) return !actions.some((other) => other !== action && other.address === address);
  return former === undefined || statementDigest(former.statement) !== statementDigest(statement);
};

/** Another kind, another topic, or another sink under our name is another's. */
const isThere = ({ kind, name, statement }: Action, { sources, queries }: World): boolean =>
  kind === 'insert' || kind === 'terminate' ? isQueryOf(queries[name], statement) : isOfStatement(sources[name], statement);

/** Not as it was before the operation; a statement that leaves everything as it was is known to do so after its first run. */
const hasChanged = async (deps: LedgerDeps, action: Action, world: World, before: World): Promise<boolean> =>
  wordingOf(action, world) !== wordingOf(action, before) || (await isEquivalent(deps, action, wordingOf(action, world)));

/** How the server words what an action makes. */
export const wordingOf = ({ kind, name }: Action, { sources, queries }: World): string =>
  kind === 'insert' ? (queries[name]?.sql ?? '') : wording(sources[name]);
