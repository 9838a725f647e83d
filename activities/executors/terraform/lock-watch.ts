import { readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Attempt } from '../../support/scratch.js';
import type { StateLock, StateStore } from './state-store.js';

/** A lock is taken within a fraction of a second of the start, and must be noted before anything can kill its holder. */
const LOOK_EVERY_MS = 100;
const FILE = 'lock.json';

/**
 * Notes in the attempt folder which lock its apply holds: after a crash this is the proof of whose it was. While the apply still waits for
 * its turn the lock is another's; such a lock is older than the apply, or of another machine.
 */
export function watchLock(state: StateStore, attempt: Attempt): { stop(): Promise<void> } {
  const since = Date.now();
  let turn: Promise<void> = Promise.resolve();
  let looking = false;
  const look = async (): Promise<void> => {
    const lock = await state.lock();
    if (!lock || Date.parse(lock.Created) < since || !isOfThisHost(lock)) return;
    clearInterval(timer);
    await noteLock(attempt, lock);
  };
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    // A store that does not answer is told by Terraform itself.
    turn = look()
      .catch(() => undefined)
      .finally(() => (looking = false));
  }, LOOK_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await turn;
    },
  };
}

/** Terraform writes user@host. */
export const isOfThisHost = (lock: StateLock): boolean => lock.Who.slice(lock.Who.lastIndexOf('@') + 1) === hostname();

/** Writes it down whole or not at all: a worker may die at any moment. */
async function noteLock({ folder }: Attempt, lock: StateLock): Promise<void> {
  const written = join(folder, `${FILE}.new`);
  await writeFile(written, JSON.stringify(lock));
  await rename(written, join(folder, FILE));
}

/** The lock that an attempt was seen to hold. A note that was cut off, by whatever, proves nothing and counts as none. */
export async function notedLock({ folder }: Attempt): Promise<StateLock | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, FILE), 'utf8')) as StateLock;
  } catch {
    return undefined;
  }
}
