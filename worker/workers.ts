import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { versionOfSteward } from '../client/version.js';
import { createFetch } from '../activities/engine/descriptor-url.js';
import { assertFence, createEngineActivities, noteBasis, type DescriptorDeps } from '../activities/engine/index.js';
import { ensureStateBucket } from '../activities/executors/terraform/index.js';
import { executorActivities } from '../activities/executor-activities.js';
import { engineActivities } from '../activities/engine-activities.js';
import { deliveryActivities, targetActivities } from '../activities/notification-activities.js';
import { createNotifications } from '../activities/notifications/index.js';
import { createRedactor } from '../activities/support/redaction.js';
import { createSecrets } from '../activities/support/secrets.js';
import { createCatalog } from '../catalog/index.js';
import type { Catalog } from '../catalog/index.js';
import type { BundleFiles } from '../descriptors/index.js';
import { BundleError, openBundle } from '../descriptors/index.js';
import type { Digest } from '../lifecycle/digest.js';
import { Failure } from '../lifecycle/failures.js';
import { ENGINE_QUEUE, executorQueue, notificationQueue, REGISTRY } from '../lifecycle/ids.js';
import type { WorkerVersion } from '../lifecycle/worker-versions.js';
import { environmentNamed } from '../lifecycle/twin.js';
import type { WorkerConfig } from './config/index.js';
import { encryptionOf } from './encryption.js';
import { createExecutors } from './executors.js';
import { workerKeysOf } from './identity.js';
import { measuredAttempts, openTracing, runSinks, toldAttempts, watched } from './monitoring/index.js';
import { policiesFor } from './policies.js';
import { openServers } from './servers.js';
import { versioned, workerVersionOf } from './versioning.js';

/** Bundles are opened once and kept: a plan, its previews and its effects read the same few. */
const MOST_OPEN_BUNDLES = 16;
/** Cancellation reaches an activity with its heartbeats: a second, whatever the heartbeat time-out. */
const HEARTBEAT_THROTTLE = '1 second';

/**
 * A run that was stuffed with thousands of messages needs seconds of a busy processor to take them in. Node dies of an isolate that is ended
 * in the middle ("async hook stack has become corrupted"), and with it everything else that the worker does. The SDK takes the option (the
 * defaults of worker-options.ts are overridden by it) and does not declare it.
 */
const patientIsolates: object = { isolateExecutionTimeout: '30 seconds' };

/** An attempt takes a fraction of a second unless its target hangs, and then more of them at a time would only hang, too. */
const NOTIFICATION_SLOTS = 4;

/** How long a run waits for a worker that had it in its cache and died; a replay on another one costs far less. */
const STICKY_TIMEOUT = '3 seconds';

export interface Workers {
  catalog: Catalog;
  /** Of the workflow code, where the configuration has Temporal tell versions apart. */
  version?: WorkerVersion;
  /** Ends when all have stopped. */
  run(): Promise<void>;
  shutdown(): void;
}

/** Wires configuration, catalog, executors and engine into workers: one for the workflows, one for each executor and each target of notifications, with slots of its own. */
export async function createWorkers(config: WorkerConfig, connection: NativeConnection, namespace: string): Promise<Workers> {
  const redactor = createRedactor();
  const redactText = (text: string): string => redactor.text(text);
  const secret = createSecrets(redactor);
  const { accessKeyId, secretAccessKey, ...bucket } = config.catalog;
  const catalog = createCatalog({ ...bucket, accessKeyId: secret(accessKeyId), secretAccessKey: secret(secretAccessKey) });
  await catalog.ensureBucket();
  const environments = new Map(Object.entries(config.environments));
  // Terraform would fail late, and in its own words, without the bucket of its states.
  for (const { terraform } of environments.values()) if (terraform) await ensureStateBucket(terraform.state, { secret });
  const bundle = bundleReader(catalog);
  const places = [{ name: REGISTRY, ...config.registration }, ...environments.values()];
  const keys = workerKeysOf(config.identity, places, secret);
  const encryption = encryptionOf(config.encryption, secret);
  const { dataConverter } = encryption;

  const executors = createExecutors(
    {
      environment: (name) => {
        const found = environmentNamed(environments, name);
        if (!found) throw new Failure('UnknownEnvironment', `environment ${name} is not configured on this worker`);
        return found;
      },
      secret,
      bundle,
      blobs: catalog.blobs,
      results: catalog.results,
      redact: redactText,
    },
    config.scratch,
  );
  const unknown = Object.keys(config.executors).filter((name) => !executors.has(name));
  if (unknown.length > 0)
    throw new Failure('InvalidInput', `there is no executor ${unknown.join(', ')}; there are ${[...executors.keys()].join(', ')}`);
  const tracing = openTracing(config.monitoring, { namespace, version: versionOfSteward() }, secret);
  const { notifications: settings, uiUrl, timeouts } = config;
  const redact = <T>(json: T): T => redactor.value(json);
  const notifications = createNotifications({ settings, patienceMs: timeouts.notificationPatienceMs, uiUrl, secret, redact });
  const targets = Object.keys(settings.targets);
  const engine = createEngineActivities({
    catalog,
    environments,
    registration: config.registration,
    executors,
    ...policiesFor(config.policies, secret),
    descriptors: descriptorsOf(config),
    bundle,
    workerKeys: keys.known,
    settings: { ...config.timeouts, notifies: targets.length > 0 },
    uiUrl: config.uiUrl,
    namespace,
  });

  const common = {
    connection,
    namespace,
    dataConverter,
    shutdownGraceTime: config.timeouts.shutdownGraceMs,
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
    interceptors: { activity: [watched([measuredAttempts, toldAttempts, ...(tracing ? [tracing.attempts] : [])])] },
  } satisfies Partial<WorkerOptions>;
  const client = new Client({ connection, namespace, dataConverter });
  const workers: Worker[] = [];
  const servers = await openServers(config, { client, catalog, workers, places, keys, encryption, redact: redactText }, secret);
  const version = config.versioning && workerVersionOf(config.versioning);
  const creating = Promise.all([
    Worker.create({
      ...common,
      ...(config.versioning && version && versioned(config.versioning, version)),
      taskQueue: ENGINE_QUEUE,
      workflowBundle: { codePath: encryption.workflowBundle },
      activities: { ...engineActivities(engine, redactor), ...targetActivities(notifications, redactor) },
      stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
      sinks: runSinks(tracing),
      ...patientIsolates,
    }),
    ...Object.entries(config.executors).map(([name, { slots }]) =>
      Worker.create({
        ...common,
        taskQueue: executorQueue(name),
        activities: executorActivities(executors.get(name)!, {
          redactor,
          settings: config.timeouts,
          assertFence: (line, env, fence) => assertFence({ catalog }, line, env, fence),
          noteBasis: (basis) => noteBasis({ catalog }, basis),
        }),
        maxConcurrentActivityTaskExecutions: slots,
      }),
    ),
    ...targets.map((target) =>
      Worker.create({
        ...common,
        taskQueue: notificationQueue(target),
        activities: deliveryActivities(notifications, redactor),
        maxConcurrentActivityTaskExecutions: NOTIFICATION_SLOTS,
      }),
    ),
  ]);
  await creating.then(
    (created) => workers.push(...created),
    async (error: unknown) => {
      // They would keep the process alive.
      await Promise.all([servers.close(), tracing?.close()]);
      throw error;
    },
  );
  return {
    catalog,
    ...(version && { version }),
    run: async () => {
      try {
        await Promise.all(workers.map((worker) => worker.run()));
      } finally {
        await servers.close();
        await tracing?.close();
        catalog.close();
      }
    },
    shutdown: () => workers.forEach((worker) => worker.getState() === 'RUNNING' && worker.shutdown()),
  };
}

function descriptorsOf({ descriptors, scratch }: WorkerConfig): DescriptorDeps {
  const { profile, namespace, ...from } = descriptors;
  return { profile, ...(namespace !== undefined && { namespace }), fetch: createFetch({ ...from, scratch: join(scratch, 'git') }) };
}

/** Bytes that are no bundle are the fault of whoever uploaded them. */
function readBundle(bytes: Uint8Array): BundleFiles {
  try {
    return openBundle(bytes);
  } catch (error) {
    if (error instanceof BundleError) throw new Failure('InvalidInput', `the bundle cannot be opened: ${error.message}`, { cause: error });
    throw error;
  }
}

function bundleReader(catalog: Catalog): (digest: Digest) => Promise<BundleFiles> {
  const open = new Map<Digest, Promise<BundleFiles>>();
  return (digest) => {
    const known = open.get(digest);
    if (known) return known;
    const opening = catalog.blobs.getBytes(digest).then(readBundle);
    open.set(digest, opening);
    opening.catch(() => open.delete(digest));
    const oldest = open.keys().next().value;
    if (open.size > MOST_OPEN_BUNDLES && oldest !== undefined) open.delete(oldest);
    return opening;
  };
}
