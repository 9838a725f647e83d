import type { EndRequest } from '../until-signal.js';
import { liveThroughExample } from './life.js';
import type { Narrator } from './narrator.js';
import { nextThings } from './next-things.js';
import { startOwnServers } from './own-servers.js';
import { useCompose } from './compose.js';
import type { Session } from './session.js';

export interface QuickstartOptions {
  /** Servers of its own (with Flink), or those of docker-compose.yml (with ksqlDB), which run already. */
  servers: 'own' | 'compose';
  home?: string;
  ports: 'fixed' | 'free';
  /** Leave everything running at the end, until a signal. */
  keep: boolean;
  request: EndRequest;
  narrator: Narrator;
}

/**
 * Takes the example through its life, and stops everything again that it has started, whatever happens in between.
 * @throws what went wrong, after everything is stopped; the request's reason when it was told to end in the middle
 */
export async function runQuickstart({ servers, home, ports, keep, request, narrator }: QuickstartOptions): Promise<void> {
  const { signal } = request;
  const session =
    servers === 'compose'
      ? await useCompose({ narrator, signal })
      : await startOwnServers({ ...(home === undefined ? {} : { home }), ports, narrator, signal });
  try {
    await orEnded(session, request, liveThroughExample(session, narrator));
    narrator.step(`Done after ${narrator.seconds()} s`);
    if (keep) await keepRunning(session, request, narrator);
    if (servers === 'compose') narrator.tell(nextThings(session));
  } finally {
    await session.close();
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
