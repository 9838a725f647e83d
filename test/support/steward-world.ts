import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { execa } from 'execa';
import { bootstrap } from '../../client/bootstrap.js';
import { packBundle, packFiles } from '../../descriptors/index.js';
import type { Catalog } from '../../catalog/index.js';
import { createCatalog } from '../../catalog/index.js';
import { ENGINE_QUEUE } from '../../lifecycle/ids.js';
import { messageNames } from '../../lifecycle/messages.js';
import type { OperationStatus } from '../../lifecycle/messages.js';
import { workerProcess } from '../../lifecycle/worker-process.js';
import type { StackAddresses } from '../../local/stack/index.js';
import { localConfig } from '../../local/steward-config.js';
import type { LocalConfigOptions } from '../../local/steward-config.js';
import { eventually } from './eventually.js';
import { unfinishedRuns } from './unfinished-runs.js';
import { stackAddresses, stackCredentials, stackTools } from './stack.js';

const workerProgram = fileURLToPath(new URL('../../dist/worker/main.js', import.meta.url));

/** Short enough for a test to see a recovery, long enough for a busy machine. */
const QUICK = {
  heartbeat: '5 seconds',
  planPatience: '20 seconds',
  applyPatience: '30 seconds',
  undoPatience: '20 seconds',
  shutdownGrace: '5 seconds',
  takeoverWait: '1 second',
};

/** A worker in a process of its own: it can be killed. */
export interface WorkerProcess {
  pid: number;
  log(): string;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the process is gone. */
  ended: Promise<unknown>;
}

/** A Steward of its own on the test run's stack: namespace, bucket, topic prefix and workers belong to one test file. */
export interface StewardWorld {
  readonly id: string;
  readonly topicPrefix: string;
  readonly namespace: string;
  /** host:port of its Temporal. */
  readonly temporal: string;
  /** Working files of the world's workers: one machine, whichever of them lives. */
  readonly scratch: string;
  readonly client: Client;
  readonly catalog: Catalog;
  /** Changed before a worker starts, it shapes the configuration. */
  options: Partial<LocalConfigOptions>;
  /** @param program another one than the worker that was built (changed-worker.ts) */
  startWorker(env?: Record<string, string>, program?: string): Promise<WorkerProcess>;
  /** Packs the descriptor's folder and puts it into the catalog. */
  upload(folder: string): Promise<`sha256:${string}`>;
  /** The same for files given as they are, by path; the root is data-product-descriptor.json. */
  uploadFiles(files: Record<string, string>): Promise<`sha256:${string}`>;
  start(workflowType: string, workflowId: string, input: unknown): Promise<WorkflowHandle>;
  status(handle: WorkflowHandle): Promise<OperationStatus | undefined>;
  /** A Temporal that knows nothing of what has been: an empty namespace, which workers and client use from now on. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param own addresses of a Temporal of the test's own; else the stack's
 * @param payloadCodecs where the world's workers encrypt
 */
export async function openWorld(
  own: Partial<Pick<StackAddresses, 'temporal' | 'temporalUi'>> = {},
  payloadCodecs: PayloadCodec[] = [],
): Promise<StewardWorld> {
  const id = randomBytes(4).toString('hex');
  let namespace = `test-${id}`;
  const folder = await mkdtemp(join(tmpdir(), 'steward-test-'));
  const addresses = { ...stackAddresses(), ...own };
  const connection = await Connection.connect({ address: addresses.temporal });
  await bootstrap(connection, namespace);
  const clientOf = (namespace: string) => new Client({ connection, namespace, dataConverter: { payloadCodecs } });
  let client = clientOf(namespace);
  const bucket = `steward-${id}`;
  const { endpoint, region } = addresses.s3;
  const catalog = createCatalog({ bucket, endpoint, region, ...stackCredentials() });
  await catalog.ensureBucket();
  await eventually(() => client.workflow.count(`AwaitingApproval=true`), 'the namespace is ready');
  const workers: WorkerProcess[] = [];

  const world: StewardWorld = {
    id,
    topicPrefix: `${id}-`,
    get namespace() {
      return namespace;
    },
    temporal: addresses.temporal,
    scratch: join(folder, 'scratch'),
    get client() {
      return client;
    },
    catalog,
    options: {},
    async startWorker(env = {}, program = workerProgram) {
      const file = join(folder, `steward-${workers.length}.yaml`);
      const config = localConfig({
        addresses,
        tools: stackTools(),
        scratch: world.scratch,
        namespace,
        bucket,
        topicPrefix: world.topicPrefix,
        ...world.options,
        timeouts: { ...QUICK, ...world.options.timeouts },
      });
      await writeFile(file, JSON.stringify(config));
      let log = '';
      const started = execa(process.execPath, [...workerProcess.nodeArguments, program], {
        env: {
          ...workerProcess.environment,
          STEWARD_CONFIG: file,
          TEMPORAL_ADDRESS: addresses.temporal,
          TEMPORAL_NAMESPACE: namespace,
          NODE_OPTIONS: '',
          ...env,
        },
        all: true,
        reject: false,
        buffer: false,
      });
      started.all.on('data', (chunk: Buffer) => {
        log += chunk.toString();
      });
      // Not the promise itself: returned from an async function it would be waited for.
      const worker = {
        pid: started.pid!,
        log: () => log,
        kill: (signal: NodeJS.Signals) => void started.kill(signal),
        ended: started.then(() => undefined),
      };
      workers.push(worker);
      await eventually(async () => log.includes('worker is ready') || started.exitCode !== null, 'the worker is ready');
      if (started.exitCode !== null) throw new Error(`the worker has ended: ${log}`);
      return worker;
    },
    upload: async (path) => catalog.blobs.putBytes((await packBundle(path)).bytes),
    uploadFiles: async (files) => {
      const packed = await packFiles(
        'data-product-descriptor.json',
        new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
      );
      return catalog.blobs.putBytes(packed.bytes);
    },
    start: (workflowType, workflowId, input) => client.workflow.start(workflowType, { workflowId, taskQueue: ENGINE_QUEUE, args: [input] }),
    status: (handle) => handle.query<OperationStatus>(messageNames.status).catch(() => undefined),
    async forget() {
      namespace = `test-${id}-${randomBytes(4).toString('hex')}`;
      await bootstrap(connection, namespace);
      client = clientOf(namespace);
      await eventually(() => client.workflow.count(`AwaitingApproval=true`), 'the namespace is ready');
    },
    async close() {
      for (const run of await unfinishedRuns(client)) process.stderr.write(`left open by a test of ${namespace}: ${run}\n`);
      for (const worker of workers) worker.kill('SIGTERM');
      await Promise.all(workers.map(({ ended }) => ended));
      catalog.close();
      await connection.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}
