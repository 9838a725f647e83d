import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import type { Client } from '@temporalio/client';
import { ENGINE_QUEUE, executorQueue } from '../../lifecycle/ids.js';
import { projectRoot } from '../project-root.js';
import { TEMPORAL_NAMESPACE, type Credentials } from '../stack/index.js';
import { usualPorts } from '../stack/ports.js';
import { S3_REGION } from '../stack/servers/index.js';
import { assertPolled } from '../worker-process.js';
import type { Narrator } from './narrator.js';
import { closeAll, openWays, type Closer, type Servers, type Session } from './session.js';

const at = (port: number): string => `127.0.0.1:${port}`;

/** What docker-compose.yml publishes on this machine's loopback. */
export const composeServers: Servers = {
  temporal: at(usualPorts.temporal),
  temporalNamespace: TEMPORAL_NAMESPACE,
  temporalUi: `http://${at(usualPorts.temporalUi)}`,
  kafka: at(usualPorts.kafka),
  schemaRegistry: `http://${at(usualPorts.schemaRegistry)}`,
  s3: { endpoint: `http://${at(usualPorts.s3)}`, region: S3_REGION },
  stateBucket: 'steward-terraform',
  engine: { name: 'ksqldb', url: `http://${at(8088)}` },
};

/** `docker compose up --detach` comes back before the worker has loaded its workflows. */
const WORKER_WITHIN_MS = 120_000;
const POLL_MS = 1_000;
/** Of a server that runs. */
const ANSWER_WITHIN_MS = 10_000;

const START = 'Start them first, as README.md says: docker compose up --build --detach';

export interface ComposeOptions {
  narrator: Narrator;
  /** Ends the waiting for the worker. */
  signal: AbortSignal;
  /** Where the servers are, and the file with the credentials of the object store; default: as docker-compose.yml has them. */
  servers?: Servers;
  credentialsFile?: string;
}

/**
 * Opens the ways to the servers and the worker of docker-compose.yml, which run already and go on running.
 * @throws Error that says what is not there and how to start it
 */
export async function useCompose(options: ComposeOptions): Promise<Session> {
  const { narrator, signal, servers = composeServers, credentialsFile = join(projectRoot, '.env') } = options;
  narrator.step('Look for the servers and the worker of docker-compose.yml');
  const closers: Closer[] = [];
  try {
    const credentials = await readEnvFile(credentialsFile);
    await answer(servers.engine.url, '/info', signal);
    await answer(servers.schemaRegistry, '/subjects', signal);
    const ways = await openWays(servers, credentials, closers).catch((error: unknown) => {
      throw new Error(`Temporal at ${servers.temporal}: ${error instanceof Error ? error.message : String(error)}. ${START}`, {
        cause: error,
      });
    });
    await untilPolled(ways.connected.client, servers.temporalNamespace, signal);
    narrator.proved(`everything runs; Temporal UI: ${ways.connected.uiUrl}`);
    const credentialsInShell = `set -a; . ${credentialsFile}; AWS_ACCESS_KEY_ID=$STEWARD_S3_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY=$STEWARD_S3_SECRET_ACCESS_KEY; set +a`;
    // Containers that end are started again by the engine.
    const lost = new Promise<never>(() => undefined);
    return { ...ways, credentialsInShell, lost, close };
  } catch (error) {
    await close();
    throw error;
  }

  async function close(): Promise<void> {
    await closeAll(closers.splice(0), narrator);
    narrator.tell('the servers and the worker go on running; to stop them: docker compose down');
  }
}

/** The credentials that docker compose reads, too. */
async function readEnvFile(file: string): Promise<Credentials> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(`${file} cannot be read. ${START}`, { cause: error });
  });
  const { STEWARD_S3_ACCESS_KEY_ID: accessKeyId, STEWARD_S3_SECRET_ACCESS_KEY: secretAccessKey } = parseEnv(text) as NodeJS.ProcessEnv;
  if (!accessKeyId || !secretAccessKey)
    throw new Error(`${file} does not set STEWARD_S3_ACCESS_KEY_ID and STEWARD_S3_SECRET_ACCESS_KEY. ${START}`);
  return { accessKeyId, secretAccessKey };
}

async function answer(server: string, path: string, signal: AbortSignal): Promise<void> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  const { ok, status } = await fetch(server + path, { signal: within }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new Error(`Nothing answers at ${server}. ${START}`, { cause: error });
  });
  if (!ok) throw new Error(`${server}${path} answers HTTP ${status}: something else may use its port.`);
}

async function untilPolled(client: Client, namespace: string, signal: AbortSignal): Promise<void> {
  const queues = [ENGINE_QUEUE, executorQueue('ksqldb'), executorQueue('terraform')];
  const deadline = Date.now() + WORKER_WITHIN_MS;
  for (;;) {
    const missing = await assertPolled(client, namespace, queues).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (missing === undefined) return;
    if (Date.now() > deadline) throw new Error('The worker does not poll its task queues: docker compose logs worker', { cause: missing });
    await delay(POLL_MS, undefined, { signal });
  }
}
