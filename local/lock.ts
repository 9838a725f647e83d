import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from './process-identity.js';

const POLL_MS = 250;

export type WaitOptions = {
  /** Called once, with the holder's pid, when there is something to wait for. */
  readonly onWait?: (pid: number) => void;
  /** Ends the waiting, not the work. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * Runs `work` while this process holds the lock file; waits for a living holder, takes over from a dead one at once.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, { onWait, signal }: WaitOptions = {}): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  let told = false;
  for (;;) {
    if (await tryTake(file)) break;
    const holder = await readHolder(file);
    if (holder && isAlive(holder)) {
      if (!told) onWait?.(holder.pid);
      told = true;
      await delay(POLL_MS, undefined, signal ? { signal } : {});
    } else if (holder) {
      await removeDead(file);
    }
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** Linking a finished file makes the lock appear with its content: nobody ever reads half of it. */
async function tryTake(file: string): Promise<boolean> {
  const candidate = `${file}.${randomUUID()}`;
  await writeFile(candidate, JSON.stringify(identify(process.pid)));
  try {
    await link(candidate, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(candidate, { force: true });
  }
}

async function readHolder(file: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ProcessIdentity);
}

/** Two waiters may see the same dead holder: what was moved away is looked at again, and put back if it is alive. */
async function removeDead(file: string): Promise<void> {
  const moved = `${file}.${randomUUID()}`;
  await rename(file, moved).catch(() => undefined);
  const holder = await readHolder(moved);
  if (holder && isAlive(holder)) await link(moved, file).catch(() => undefined);
  await rm(moved, { force: true });
}
