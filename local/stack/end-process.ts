import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from '../process-identity.js';

const POLL_MS = 50;

/** After SIGKILL a process is gone at once, unless the disk holds it. */
const KILL_WITHIN_MS = 10_000;

/** Ends a process: SIGTERM, and SIGKILL if it is still there after `graceMs`. @throws Error if even that does not end it. */
export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<void> {
  if (!send(identity, 'SIGTERM') || (await isGone(identity, graceMs))) return;
  send(identity, 'SIGKILL');
  if (!(await isGone(identity, KILL_WITHIN_MS))) throw new Error(`Process ${identity.pid} cannot be ended, not even by SIGKILL.`);
}

/** Sends a signal to exactly that process, never to a later one with its number; answers whether it was there. */
export function send(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch {
    return false;
  }
}

async function isGone(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if (!isAlive(identity)) return true;
    await delay(POLL_MS);
  }
  return !isAlive(identity);
}
