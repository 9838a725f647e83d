import { readFile } from 'node:fs/promises';
import { Failure } from '../../../lifecycle/failures.js';
import type { FormerAttempt } from '../../support/scratch.js';
import { isAlive } from '../../support/process-identity.js';
import { isOfThisHost, notedLock } from './lock-watch.js';
import { applyStarts } from './progress.js';
import type { StateLock, StateStore } from './state-store.js';

/**
 * True when it is proven that the holder of a lock is dead: one of our own earlier applies of this state held it, and that process is gone.
 * Either the lock was seen in its hands, or its output shows that it was applying (so it held the lock) after this lock was made; a lock
 * that outlived it can be no other, since nobody else could take one in between. Without proof the lock stays.
 */
export async function holderIsDead(lock: StateLock, former: FormerAttempt[]): Promise<boolean> {
  if (!isOfThisHost(lock) || former.some(({ processes }) => processes.some((each) => each.kind === 'effect' && isAlive(each))))
    return false;
  for (const attempt of former) {
    if ((await notedLock(attempt))?.ID === lock.ID) return true;
    for (const record of attempt.processes.filter(({ kind }) => kind === 'effect')) {
      const { last } = applyStarts(await readFile(record.stdout, 'utf8').catch(() => ''));
      const made = Date.parse(lock.Created);
      if (last !== undefined && made >= Date.parse(record.startedAt) - CLOCK_GRAIN_MS && made <= Date.parse(last) + CLOCK_GRAIN_MS)
        return true;
    }
  }
  return false;
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
