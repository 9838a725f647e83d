import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createCatalog, type Catalog } from '../../catalog/index.js';
import { bootstrap } from '../../client/bootstrap.js';
import type { Connected } from '../../client/connect.js';
import { fetchTools } from '../parts/index.js';
import { readCredentials, startStack, tailOf, type Stack, type StackAddresses } from '../stack/index.js';
import { localConfig } from '../steward-config.js';
import { startWorkerProcess, type RunningWorker } from '../worker-process.js';
import type { Narrator } from './narrator.js';

/** The bucket of the catalog; Terraform states lie in a bucket of their own beside it. */
export const CATALOG_BUCKET = 'steward-catalog';
export const STATE_BUCKET = `${CATALOG_BUCKET}-terraform`;

/** Short enough to watch, long enough to see the announcement in the catalog. In production this is weeks. */
export const DEPRECATION_PERIOD = '3 seconds';

/** One impatient person watches one product on one machine: what is interrupted goes on sooner than the defaults let it. */
const TIMEOUTS = { heartbeat: '10 seconds', shutdownGrace: '5 seconds' };

export interface SessionOptions {
  home?: string;
  ports: 'fixed' | 'free';
  narrator: Narrator;
  /** Ends a start that is under way. */
  signal: AbortSignal;
}

/** What the quickstart has started, and the ways to it. */
export interface Session {
  readonly connected: Connected;
  readonly catalog: Catalog;
  readonly addresses: StackAddresses;
  /** Never resolves; rejects when a server or the worker ends that nobody stopped. */
  readonly lost: Promise<never>;
  /** Stops everything, whatever state it is in; a second call waits for the first. */
  close(): Promise<void>;
}

/** Opens the stack, a worker and the ways to both. When it cannot, or is told to end, what was started is stopped before it throws. */
export async function openSession({ home, ports, narrator, signal }: SessionOptions): Promise<Session> {
  const closers: (() => Promise<unknown> | void)[] = [];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeAll(closers, narrator));
  let lose: (reason: Error) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => (lose = reject));
  // Whoever is not racing against it yet finds it rejected then.
  lost.catch(() => undefined);
  try {
    const stack = await openStack();
    const { addresses } = stack;
    const connected = await connect(addresses);
    await bootstrap(connected.client.connection as Connection, connected.namespace);
    const { endpoint, region, credentialFiles } = addresses.s3;
    const catalog = createCatalog({ bucket: CATALOG_BUCKET, endpoint, region, ...(await readCredentials(credentialFiles)) });
    closers.push(() => catalog.close());
    const worker = await openWorker(stack, connected);
    narrator.proved(`everything runs; Temporal UI: ${connected.uiUrl}`);
    narrator.tell(`log of the worker: ${worker.logFile}`);
    return { connected, catalog, addresses, lost, close };
  } catch (error) {
    await close();
    throw error;
  }

  async function openStack(): Promise<Stack> {
    const stack = await startStack({
      ...(home === undefined ? {} : { home }),
      ports,
      log: (line) => narrator.tell(line),
      signal,
      onServerLost: (name, lastLines) => lose(new Error(`${name} ended by itself. Its last lines:\n${lastLines}`)),
    });
    closers.push(() => stack.stop());
    return stack;
  }

  async function openWorker(stack: Stack, connected: Connected): Promise<RunningWorker> {
    const scratch = join(stack.home, 'worker', 'scratch');
    const worker = await startWorkerProcess(
      stack.home,
      {
        data: join(stack.home, 'worker'),
        client: connected.client,
        temporal: stack.addresses.temporal,
        namespace: connected.namespace,
        config: localConfig({
          addresses: stack.addresses,
          tools: await fetchTools({ signal }),
          scratch,
          namespace: connected.namespace,
          bucket: CATALOG_BUCKET,
          timeouts: TIMEOUTS,
          environment: { deprecationPeriod: DEPRECATION_PERIOD },
        }),
      },
      signal,
    );
    closers.push(async () => {
      await worker.stop();
      narrator.tell('Worker stopped');
    });
    void worker.ended.then(async () => {
      if (!closing) lose(new Error(`the worker ended by itself. Its last lines:\n${await tailOf(worker.logFile)}`));
    });
    return worker;
  }
}

/**
 * Left open to the end of this process: calls that are under way when the session is closed go on retrying, and a retry on a closed
 * connection is thrown where nobody can catch it.
 */
async function connect({ temporal, temporalNamespace, temporalUi }: StackAddresses): Promise<Connected> {
  const connection = await Connection.connect({ address: temporal });
  return {
    client: new Client({ connection, namespace: temporalNamespace }),
    namespace: temporalNamespace,
    uiUrl: `${temporalUi}/namespaces/${temporalNamespace}`,
    close: () => connection.close(),
  };
}

/** Last opened, first closed: the worker ends while the servers it uses are there. One that cannot be closed does not keep the others. */
async function closeAll(closers: (() => Promise<unknown> | void)[], narrator: Narrator): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers.reverse()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  for (const failure of failures) narrator.tell(`not stopped: ${failure instanceof Error ? failure.message : String(failure)}`);
  if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be stopped.');
}
