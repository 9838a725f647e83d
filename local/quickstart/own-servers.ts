import { join } from 'node:path';
import { fetchTools } from '../parts/index.js';
import { readCredentials, startStack, tailOf, type Stack } from '../stack/index.js';
import { localConfig } from '../steward-config.js';
import { startWorkerProcess, type RunningWorker } from '../worker-process.js';
import type { Connected } from '../../client/connect.js';
import type { Narrator } from './narrator.js';
import { CATALOG_BUCKET, closeAll, DEPRECATION_PERIOD, openWays, type Closer, type Session } from './session.js';

/** One impatient person watches one product on one machine: what is interrupted goes on sooner than the defaults let it. */
const TIMEOUTS = { heartbeat: '10 seconds', shutdownGrace: '5 seconds' };

export interface OwnServersOptions {
  home?: string;
  ports: 'fixed' | 'free';
  narrator: Narrator;
  /** Ends a start that is under way. */
  signal: AbortSignal;
}

/** Starts servers (with Flink) and a worker. When it cannot, or is told to end, what was started is stopped before it throws. */
export async function startOwnServers({ home, ports, narrator, signal }: OwnServersOptions): Promise<Session> {
  narrator.step('Start the servers and a worker', 'The first time, everything that is needed is fetched.');
  const closers: Closer[] = [];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= stopEverything());
  let lose: (reason: Error) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => (lose = reject));
  // Whoever is not racing against it yet finds it rejected then.
  lost.catch(() => undefined);
  try {
    const stack = await openStack();
    const { flinkRest, s3, ...addresses } = stack.addresses;
    const servers = {
      ...addresses,
      s3: { endpoint: s3.endpoint, region: s3.region },
      // As steward-config.ts has it.
      stateBucket: `${CATALOG_BUCKET}-terraform`,
      engine: { name: 'flink-sql', url: flinkRest },
    } as const;
    const ways = await openWays(servers, await readCredentials(s3.credentialFiles), closers);
    const worker = await openWorker(stack, ways.connected);
    narrator.proved(`everything runs; Temporal UI: ${ways.connected.uiUrl}`);
    narrator.tell(`log of the worker: ${worker.logFile}`);
    const { accessKeyId, secretAccessKey } = s3.credentialFiles;
    const credentialsInShell = `export AWS_ACCESS_KEY_ID=$(cat ${accessKeyId}) AWS_SECRET_ACCESS_KEY=$(cat ${secretAccessKey})`;
    return { ...ways, credentialsInShell, lost, close };
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

  async function stopEverything(): Promise<void> {
    narrator.tell('stopping everything');
    await closeAll(closers, narrator);
    narrator.tell('everything is stopped');
  }
}
