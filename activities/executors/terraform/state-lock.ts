import { readFile } from 'node:fs/promises';
import { Failure } from '../../../lifecycle/failures.js';
import type { FormerAttempt } from '../../support/scratch.js';
import { isAlive } from '../../support/process-identity.js';
import { runningPrograms } from '../../support/running-programs.js';
import { isOfThisHost, notedLock } from './lock-watch.js';
import { diagnosticsOf } from './diagnostics.js';
import { applyStarts } from './progress.js';
import type { Session } from './session.js';
import type { StateLock, StateStore } from './state-store.js';
import { stateOfRun } from './workspace.js';

/** Which state a lock is of, and what may have taken it. */
export interface LockedState {
  binary: Session['binary'];
  system: { state: Pick<Session['system']['state'], 'bucket'> };
  state: Pick<StateStore, 'key'>;
}

/**
 * True when it is proven that the holder of a lock is dead: one of our own earlier applies of this state held it, and that process is gone.
 * Either the lock was seen in its hands, or its output shows that it was applying (so it held the lock) after this lock was made; a lock
 * that outlived it can be no other, since nobody else could take one in between. An apply that died in the moment in which it took the lock
 * leaves neither: then the lock is its own when it was made since the apply began, on this machine, and none of the programs that could
 * have made it is left. Without proof the lock stays.
 */
export async function holderIsDead(lock: StateLock, former: FormerAttempt[], of: LockedState): Promise<boolean> {
  if (!isOfThisHost(lock) || former.some(({ processes }) => processes.some((each) => each.kind === 'effect' && isAlive(each))))
    return false;
  const made = Date.parse(lock.Created);
  for (const attempt of former) {
    if ((await notedLock(attempt))?.ID === lock.ID) return true;
    for (const { startedAt, stdout } of attempt.processes.filter(({ kind }) => kind === 'effect')) {
      if (made < Date.parse(startedAt) - CLOCK_GRAIN_MS) continue;
      const output = await readFile(stdout, 'utf8').catch(() => '');
      const { last } = applyStarts(output);
      if (last !== undefined && made <= Date.parse(last) + CLOCK_GRAIN_MS) return true;
      // One that could say what was wrong has ended by itself: it had no lock, or gave it back.
      const wasKilled = !diagnosticsOf(output).some(({ severity }) => severity === 'error');
      if (wasKilled && made >= Date.parse(startedAt) && couldHaveMade(made, of) === false) return true;
    }
  }
  return false;
}

/**
 * Whether a program runs now that ran when a lock was made and may be at this state: any but those that Steward lets work on another one.
 * Undefined where running programs cannot be told.
 */
function couldHaveMade(made: number, { binary, system, state }: LockedState): boolean | undefined {
  return runningPrograms([binary, 'terraform', 'tofu'])?.some(({ startedAt, workingDirectory }) => {
    if (startedAt > made + START_GRAIN_MS) return false;
    const at = workingDirectory === undefined ? undefined : stateOfRun(workingDirectory);
    return at === undefined || (at.bucket === system.state.bucket && at.key === state.key);
  });
}

/**
 * Says what a person can do about a lock that was refused. Without any lock to be seen either it was released in this moment, or the store
 * takes the marker of a deleted object for the object (versitygw does in a versioned bucket), and then no apply will ever get its lock.
 */
export async function explainLock(error: unknown, state: StateStore): Promise<unknown> {
  if (!(error instanceof Failure) || error.type !== 'StateLocked') return error;
  const hint = (await state.lock())
    ? `Steward releases a lock of its own only, and with proof that its holder is dead. When the one named here is dead, delete ${state.key}.tflock in the bucket of the states.`
    : 'There is no lock to be seen; when this repeats, turn versioning of the state bucket off: the store takes a deleted lock for a lock.';
  return new Failure('StateLocked', `${error.message}. ${hint}`, {
    cause: error,
    details: error.details,
    retryAfterMs: error.retryAfterMs,
  });
}

/** Times in outputs are cut to milliseconds, and a start is noted right after it happened. */
const CLOCK_GRAIN_MS = 1000;
/** The kernel tells the time of its boot, and with it the start of a process, to the second. */
const START_GRAIN_MS = 2000;
