import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from './parts/index.js';
import { startStack, type ServerName } from './stack/index.js';
import { untilSignal } from './until-signal.js';

/** A server that keeps dying has a cause that another start does not mend. */
const MOST_RESTARTS = 3;
const RESTART_AFTER_MS = 1_000;

export type ForegroundOptions = {
  readonly home?: string;
  readonly ports: 'fixed' | 'free';
  readonly only?: readonly ServerName[];
  readonly log: Log;
};

/** Runs the stack until this process is asked to end, and stops it in order then. A server that dies is started again, three times at most. */
export async function runInForeground({ home, ports, only, log }: ForegroundOptions): Promise<void> {
  const request = untilSignal();
  const restarts = new Map<ServerName, number>();
  const began = Date.now();
  const stack = await startStack({
    ...(home === undefined ? {} : { home }),
    ...(only === undefined ? {} : { only }),
    ports,
    log,
    signal: request.signal,
    onServerLost: (name, lastLines) => {
      log(lastLines);
      void startAgain(name).catch((error: unknown) => log(`${name} could not be started again: ${String(error)}`));
    },
  });
  async function startAgain(name: ServerName): Promise<void> {
    const count = (restarts.get(name) ?? 0) + 1;
    restarts.set(name, count);
    if (count > MOST_RESTARTS) return log(`${name} stays down: it has ended ${count} times`);
    await delay(RESTART_AFTER_MS);
    if (!request.signal.aborted) await stack.startOne(name);
  }
  const memory = stack.processes().reduce((sum, { rssMb }) => sum + rssMb, 0);
  log(`the stack is up after ${((Date.now() - began) / 1000).toFixed(1)} s, ${memory} MB; Temporal UI: ${stack.addresses.temporalUi}`);
  const name = await request.received;
  log(`${name}: stopping`);
  await stack.stop();
  log('everything is stopped');
}
