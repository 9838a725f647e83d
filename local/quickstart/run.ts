import type { EndRequest } from '../until-signal.js';
import { liveThroughExample } from './life.js';
import type { Narrator } from './narrator.js';
import { nextThings } from './next-things.js';
import { openSession, type Session } from './session.js';

export interface QuickstartOptions {
  home?: string;
  ports: 'fixed' | 'free';
  /** Leave everything running at the end, until a signal. */
  keep: boolean;
  request: EndRequest;
  narrator: Narrator;
}

/**
 * Starts everything, takes the example through its life and stops everything again, whatever happens in between.
 * @throws what went wrong, after everything is stopped; the request's reason when it was told to end in the middle
 */
export async function runQuickstart({ home, ports, keep, request, narrator }: QuickstartOptions): Promise<void> {
  narrator.step('Start the servers and a worker', 'The first time, everything that is needed is fetched.');
  const session = await openSession({ ...(home === undefined ? {} : { home }), ports, narrator, signal: request.signal });
  try {
    await orEnded(session, request, liveThroughExample(session, narrator));
    narrator.step(`Done after ${narrator.seconds()} s`);
    if (keep) await keepRunning(session, request, narrator);
  } finally {
    narrator.tell('stopping everything');
    await session.close();
    narrator.tell('everything is stopped');
  }
}

/** Nobody waits for an operation whose worker, or whose reader, is gone. */
async function orEnded(session: Session, request: EndRequest, work: Promise<void>): Promise<void> {
  // It goes on in the background for a moment when it is left, and fails on closed connections.
  work.catch(() => undefined);
  const told = request.received.then((): never => {
    throw request.signal.reason;
  });
  await Promise.race([work, session.lost, told]);
}

async function keepRunning(session: Session, request: EndRequest, narrator: Narrator): Promise<void> {
  narrator.tell(`Everything goes on running until Ctrl-C.\n\n${nextThings(session)}`);
  await Promise.race([session.lost, request.received]);
}
