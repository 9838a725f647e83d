import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { onExit } from 'signal-exit';
import { stringify } from 'yaml';
import { workerProcess } from '../lifecycle/worker-process.js';
import { ENGINE_QUEUE, executorQueue } from '../lifecycle/ids.js';
import { descendantsOf } from './descendants.js';
import { projectRoot } from './project-root.js';
import { send } from './stack/end-process.js';
import { startServerProcess, stopServerProcess, type ServerProcess, type Supervised } from './stack/index.js';

/**
 * Longer than the worker's own grace and what Terraform needs to end an apply at a safe point: it is never killed in the middle,
 * unless something hangs.
 */
const STOP_WITHIN_MS = 60_000;

/** Starting Node, loading the workflows and the first polls take about two seconds; a busy machine takes longer. */
const READY_WITHIN_MS = 60_000;

/** `TASK_QUEUE_TYPE_ACTIVITY` of Temporal's API. */
const ACTIVITY_QUEUE = 2;

export type WorkerContext = {
  /** The worker's own folder. */
  readonly data: string;
  /** What worker/config reads. */
  readonly config: { readonly executors: object };
  readonly client: Client;
  /** host:port of Temporal. */
  readonly temporal: string;
  readonly namespace: string;
};

/** A worker of this checkout in a process of its own, beside the servers of a stack. */
const worker: Supervised<WorkerContext> = {
  name: 'worker',
  title: 'Worker',
  readyWithinMs: READY_WITHIN_MS,
  stopWithinMs: STOP_WITHIN_MS,
  async prepare({ data, config }) {
    await mkdir(data, { recursive: true });
    await writeFile(configFile(data), stringify(config));
    await writeFile(temporalFile(data), '[profile.default]\n');
  },
  async command({ data, temporal, namespace }) {
    return {
      file: process.execPath,
      args: [...workerProcess.nodeArguments, join(projectRoot, 'dist', 'worker', 'main.js')],
      env: {
        ...workerProcess.environment,
        STEWARD_CONFIG: configFile(data),
        TEMPORAL_ADDRESS: temporal,
        TEMPORAL_NAMESPACE: namespace,
        // What this user has configured for other Temporal clusters does not belong here.
        TEMPORAL_CONFIG_FILE: temporalFile(data),
      },
    };
  },
  async probe({ client, namespace, config }) {
    await assertPolled(client, namespace, [ENGINE_QUEUE, ...Object.keys(config.executors).map(executorQueue)]);
  },
};

/** @throws Error naming the first of the task queues that no worker polls for activities */
export async function assertPolled(client: Client, namespace: string, queues: readonly string[]): Promise<void> {
  for (const name of queues) {
    const asked = { namespace, taskQueue: { name }, taskQueueType: ACTIVITY_QUEUE };
    const { pollers } = await client.workflowService.describeTaskQueue(asked);
    if (!pollers?.length) throw new Error(`nobody polls ${name}`);
  }
}

const configFile = (data: string): string => join(data, 'steward.yaml');
const temporalFile = (data: string): string => join(data, 'temporal.toml');

export type RunningWorker = Pick<ServerProcess, 'ended' | 'hasEnded' | 'logFile' | 'identity'> & { stop(): Promise<void> };

/**
 * Starts the worker and resolves once it polls all its queues. It ends with this process, with everything that it has started itself;
 * if this process is killed outright, the next start in the same home ends it first.
 * @throws Error with the last lines of its log
 */
export async function startWorkerProcess(home: string, context: WorkerContext, signal?: AbortSignal): Promise<RunningWorker> {
  const running = await startServerProcess(worker, context, home, signal);
  const { pid } = running.identity;
  const forgetExit = onExit(() => {
    if (running.hasEnded()) return;
    for (const each of [...descendantsOf(pid), running.identity]) send(each, 'SIGKILL');
  });
  return {
    ...running,
    async stop() {
      const before = descendantsOf(pid);
      await stopServerProcess(worker, running, home);
      // Nothing of it is left when it ended by itself; when it had to be killed, its tools are still there.
      for (const each of before) send(each, 'SIGKILL');
      forgetExit();
    },
  };
}
