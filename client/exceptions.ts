import type { WorkflowExecutionInfo } from '@temporalio/client';
import pMap from 'p-map';
import { Failure } from '../lifecycle/failures.js';
import { shortDigest } from '../lifecycle/ids.js';
import type { ExceptionOutcome, ExceptionRequest, OperationStatus, RequestStanding } from '../lifecycle/messages.js';
import type { Connected } from './connect.js';
import { listRuns } from './list-runs.js';
import { statusOf } from './watch.js';

/** A request for an exception that waits for somebody. */
export interface OpenRequest {
  workflowId: string;
  request: ExceptionRequest;
  /** How far it is decided. */
  standing?: RequestStanding;
}

/** Without a worker each is silent for seconds. */
const TOGETHER = 10;
/** The newest decided ones are what people mistake for open ones. */
const MOST_CLOSED = 200;

/** The requests that wait for somebody, as far as a worker answers; `silent` counts those for which none did. */
export async function openRequests(connected: Connected): Promise<{ open: OpenRequest[]; silent: number }> {
  const asked = await pMap(
    runs(connected, `ExecutionStatus='Running' AND AwaitingApproval=true`),
    async ({ workflowId }) => ({ workflowId, status: await statusOf(connected.client.workflow.getHandle(workflowId)) }),
    { concurrency: TOGETHER },
  );
  return {
    open: asked.flatMap(({ workflowId, status }) =>
      (status?.awaiting ?? []).map((request) => ({ workflowId, request, standing: status?.standing })),
    ),
    silent: asked.filter(({ status }) => !status).length,
  };
}

/** The open request that `exception` names: its digest, or at least the first 12 digits. Throws `DecisionRefused` that says why there is none. */
export async function findOpen(connected: Connected, exception: string): Promise<OpenRequest> {
  const digits = digitsOf(exception);
  const { workflowId, status } = await findRunning(connected, digits);
  const request = status?.awaiting[0];
  if (workflowId !== undefined && request) return { workflowId, request, standing: status?.standing };
  if (status?.granted) throw new Failure('DecisionRefused', closedAs(status.granted));
  throw new Failure(
    'DecisionRefused',
    (await decided(connected, digits)) ?? `there is no open request ${exception}; see steward approvals`,
  );
}

/** The run of a request that is open or granted. Throws where digits name several, or no worker answers for it. */
export async function findRunning(connected: Connected, exception: string): Promise<{ workflowId?: string; status?: OperationStatus }> {
  const digits = digitsOf(exception);
  const found: string[] = [];
  // By its id: what it is about is known to the server at once, what waits only after a moment.
  for await (const { workflowId } of runs(connected, `ExecutionStatus='Running'`))
    if (workflowId.endsWith(`:${digits.slice(0, SHORT)}`)) found.push(workflowId);
  const [workflowId] = found;
  if (workflowId === undefined) return {};
  if (found.length > 1) throw new Failure('InvalidInput', `${exception} names ${found.length} requests: ${found.join(', ')}`);
  const status = await statusOf(connected.client.workflow.getHandle(workflowId));
  if (!status) throw new Failure('ExecutorUnavailable', `no worker answers for ${workflowId}: start one (steward worker)`);
  return { workflowId, status };
}

/** Digits of a digest that are part of a request's id. */
const SHORT = 12;

/** Digits without the `sha256:`. Throws `InvalidInput` for anything that is no digest. */
export function digitsOf(exception: string): string {
  const digits = exception.replace(/^sha256:/, '');
  if (/^[0-9a-f]{12,64}$/.test(digits)) return digits;
  throw new Failure('InvalidInput', `${exception} is no exception: give its digest, or at least the first 12 digits (steward approvals)`);
}

async function decided(connected: Connected, digits: string): Promise<string | undefined> {
  let seen = 0;
  for await (const { workflowId, runId } of runs(connected, `ExecutionStatus='Completed'`)) {
    if (workflowId.endsWith(`:${digits.slice(0, 12)}`)) {
      const outcome = await connected.client.workflow.getHandle<() => Promise<ExceptionOutcome | undefined>>(workflowId, runId).result();
      return outcome && closedAs(outcome);
    }
    if (++seen >= MOST_CLOSED) return undefined;
  }
  return undefined;
}

const closedAs = ({ digest, decision, by }: ExceptionOutcome): string =>
  `exception ${shortDigest(digest)} is closed already: ${decision} by ${by}`;

const runs = (connected: Connected, such: string): AsyncIterable<WorkflowExecutionInfo> =>
  listRuns(connected, { query: `WorkflowType='policyException' AND ${such}` });
