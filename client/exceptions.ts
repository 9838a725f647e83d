import type { WorkflowExecutionInfo } from '@temporalio/client';
import { Failure } from '../lifecycle/failures.js';
import { hex, shortDigest } from '../lifecycle/ids.js';
import type { ExceptionOutcome, ExceptionRequest } from '../lifecycle/messages.js';
import type { Connected } from './connect.js';
import { statusOf } from './watch.js';

/** A request for an exception that waits for somebody. */
export interface OpenRequest {
  workflowId: string;
  request: ExceptionRequest;
}

/** The newest decided ones are what people mistake for open ones. */
const MOST_CLOSED = 200;

/** The requests that wait for somebody, as far as a worker answers; `silent` counts those for which none did. */
export async function openRequests(connected: Connected): Promise<{ open: OpenRequest[]; silent: number }> {
  const open: OpenRequest[] = [];
  let silent = 0;
  for await (const { workflowId } of runs(connected, `ExecutionStatus='Running'`)) {
    const status = await statusOf(connected.client.workflow.getHandle(workflowId));
    if (!status) silent++;
    for (const request of status?.awaiting ?? []) open.push({ workflowId, request });
  }
  return { open, silent };
}

/** The open request that `exception` names: its digest, or at least the first 12 digits. Throws `DecisionRefused` that says why there is none. */
export async function findOpen(connected: Connected, exception: string): Promise<OpenRequest> {
  const digits = digitsOf(exception);
  const { open, silent } = await openRequests(connected);
  const found = open.filter(({ request }) => hex(request.digest).startsWith(digits));
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new Failure('InvalidInput', `${exception} names ${found.length} requests; give more digits: steward approvals`);
  if (silent > 0)
    throw new Failure('ExecutorUnavailable', `no worker answers for ${silent} open request(s), so ${exception} was not found`);
  throw new Failure(
    'DecisionRefused',
    (await decided(connected, digits)) ?? `there is no open request ${exception}; see steward approvals`,
  );
}

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
      const { digest, decision, by } = await connected.client.workflow
        .getHandle<() => Promise<ExceptionOutcome>>(workflowId, runId)
        .result();
      return `exception ${shortDigest(digest)} is closed already: ${decision} by ${by}`;
    }
    if (++seen >= MOST_CLOSED) return undefined;
  }
  return undefined;
}

const runs = ({ client }: Connected, such: string): AsyncIterable<WorkflowExecutionInfo> =>
  client.workflow.list({ query: `WorkflowType='policyException' AND ${such}` });
