import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { inputDigest } from '../identity/index.js';
import { Failure } from '../lifecycle/failures.js';
import { ENGINE_QUEUE, REQUEST_MEMO } from '../lifecycle/ids.js';
import type { OperationKind } from '../lifecycle/ids.js';
import { labelled } from './attributes.js';
import { runLink } from '../lifecycle/run-link.js';
import { howToMakeCurrent } from '../lifecycle/worker-versions.js';
import type { WorkerVersion } from '../lifecycle/worker-versions.js';
import { TimedOut } from './timed-out.js';
import type { StartLabels } from './attributes.js';
import type { Connected } from './connect.js';

export interface Start {
  workflowType: `${OperationKind}DataProduct`;
  workflowId: string;
  input: object;
  /** States who asks for this; asked for anew before each try, because a statement counts once, and for minutes. */
  statement?: () => Promise<string | undefined>;
  labels?: StartLabels;
  /** One line for lists of runs. */
  summary: string;
  /** Follow a running operation of the same id that was started with the same input by the command line, instead of refusing. Told so. */
  attach?: (running: WorkflowHandle) => void;
  /** Waits until a running operation of the same id has ended, instead of refusing. */
  wait?: (running: WorkflowHandle) => Promise<void>;
}

/** A run that is followed, and which of its workflow id it is. */
export type Running = WorkflowHandle & { readonly runId: string };

const running = (handle: WorkflowHandle, runId: string): Running => Object.assign(handle, { runId });

/** `TASK_QUEUE_TYPE_WORKFLOW` of Temporal's API. */
const WORKFLOW_QUEUE = 1;
/** `WORKER_VERSIONING_MODE_VERSIONED` of Temporal's API. */
const VERSIONED = 2;

type PollerInfo = NonNullable<Awaited<ReturnType<Connected['client']['workflowService']['describeTaskQueue']>>['pollers']>[number];

/**
 * Starts an operation under its own id, so that a second one is refused by the server.
 * Throws `ExecutorUnavailable` when no worker listens, `OperationInProgress` with a link when the same operation runs.
 */
export async function startOperation(connected: Connected, start: Start): Promise<Running> {
  await assertWorker(connected);
  const request = inputDigest(start.input);
  for (;;) {
    const statement = await start.statement?.();
    try {
      const handle = await connected.client.workflow.start(start.workflowType, {
        workflowId: start.workflowId,
        taskQueue: ENGINE_QUEUE,
        args: [{ ...start.input, ...(statement !== undefined && { statement }) }],
        staticSummary: start.summary,
        memo: { [REQUEST_MEMO]: request },
        ...(start.labels && { typedSearchAttributes: labelled(start.labels) }),
        workflowIdConflictPolicy: 'FAIL',
      });
      return running(handle, handle.firstExecutionRunId);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const other = connected.client.workflow.getHandle(start.workflowId);
      if (start.attach) {
        const { memo, runId, status } = await other.describe();
        if (memo?.[REQUEST_MEMO] === request && status.name === 'RUNNING') {
          const same = running(connected.client.workflow.getHandle(start.workflowId, runId), runId);
          start.attach(same);
          return same;
        }
      }
      if (!start.wait) {
        throw new Failure('OperationInProgress', `${start.workflowId} is under way: ${linkTo(connected, other)}`);
      }
      await start.wait(other);
    }
  }
}

/**
 * Waits until a run is over, however it ends. Throws when that cannot be seen, and `TimedOut` when it has not ended in time.
 * @param deadline milliseconds since 1970
 */
export async function endOf(running: WorkflowHandle, deadline?: number): Promise<void> {
  const out = deadline === undefined ? undefined : AbortSignal.timeout(Math.max(0, deadline - Date.now()));
  const result = (): Promise<unknown> => running.result();
  await (out ? running.client.withAbortSignal(out, result) : result()).catch((cause: unknown) => {
    if (out?.aborted)
      throw new TimedOut(`${running.workflowId} is still under way when the time of --timeout is over; nothing was started`);
    if (!(cause instanceof WorkflowFailedError) && !(cause instanceof WorkflowNotFoundError)) throw cause;
  });
}

/** A link to a run in the Temporal UI: to this very one, where it is known which. */
export const linkTo = ({ uiUrl }: Pick<Connected, 'uiUrl'>, run: { workflowId: string; runId?: string }): string => runLink(uiUrl, run);

async function assertWorker({ client, namespace }: Connected): Promise<void> {
  const { pollers, versioningInfo } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: ENGINE_QUEUE },
    taskQueueType: WORKFLOW_QUEUE,
  });
  if ((pollers ?? []).length === 0) {
    throw new Failure(
      'ExecutorUnavailable',
      `no worker listens on task queue ${ENGINE_QUEUE} of namespace ${namespace}; start one: steward worker`,
    );
  }
  const versions = (pollers ?? []).map(versionOf);
  const [version] = versions;
  const isRouted = versioningInfo?.currentDeploymentVersion || versioningInfo?.rampingDeploymentVersion;
  if (version && versions.every((each) => each) && !isRouted) {
    const message = `workers listen, but no version of their deployment ${version.deployment} is current, so the operation would wait; say which is`;
    throw new Failure('ExecutorUnavailable', `${message}: ${howToMakeCurrent(version)}`);
  }
}

/** Of a worker whose version Temporal tells apart from others. */
function versionOf({ deploymentOptions }: PollerInfo): WorkerVersion | undefined {
  const { deploymentName, buildId, workerVersioningMode } = deploymentOptions ?? {};
  return workerVersioningMode === VERSIONED && deploymentName && buildId ? { deployment: deploymentName, buildId } : undefined;
}
