import { activityInfo, getClient } from '@temporalio/activity';
import { isGrpcServiceError } from '@temporalio/client';
import type { Holder } from '../../lifecycle/engine.js';
import { Failure } from '../../lifecycle/failures.js';
import { twinOf } from '../../lifecycle/ids.js';
import type { OperationKind } from '../../lifecycle/ids.js';
import type { OperationRecord } from '../../lifecycle/records.js';
import { runLink } from '../../lifecycle/run-link.js';

/** The run that the activity at hand works for. */
export function currentRun(): Holder {
  const { workflowExecution } = activityInfo();
  if (!workflowExecution) throw new Failure('Internal', 'the activity belongs to no run');
  return workflowExecution;
}

/**
 * Throws unless the operation that holds the record is over. Only runs of this worker's namespace can be seen: a holder of another one may
 * be at work, and its effects cannot be waited for, so nobody but an operator takes its record (`recover`).
 */
export async function assertClosed(
  { namespace, uiUrl }: { namespace: string; uiUrl: string },
  { line, environment }: { line: string; environment: string },
  held: OperationRecord,
  by: OperationKind,
): Promise<void> {
  const what = `${held.operation} of ${line} is under way in ${environment} since ${held.since}`;
  if (held.namespace !== undefined && held.namespace !== namespace) {
    // A rehearsal is nobody's order to take over: what is in its twin may be another rehearsal at work.
    if (by === 'recover' && !twinOf(environment)) return;
    throw new Failure(
      'OperationInProgress',
      `${what}, as run ${held.workflowId} of the Temporal namespace ${held.namespace}, which cannot be seen from ${namespace}: ` +
        'end it there, or see to it that no worker of that namespace runs any more; then: steward recover',
    );
  }
  if (!(await isOpen(held))) return;
  throw new Failure(held.phase === 'needs-operator' ? 'NeedsOperator' : 'OperationInProgress', `${what}: ${runLink(uiUrl, held)}`, {
    details: { holder: { workflowId: held.workflowId, runId: held.runId } },
  });
}

/** Is this very run (without one: any run of the workflow) still open? A run that the server no longer knows is closed. */
export async function isOpen({ workflowId, runId }: Pick<Holder, 'workflowId'> & Partial<Holder>): Promise<boolean> {
  return (await infoOf({ workflowId, runId }))?.status === RUNNING;
}

/** `WORKFLOW_EXECUTION_STATUS_RUNNING` of Temporal's API, and `NOT_FOUND` of gRPC. */
const RUNNING = 1;
const NOT_FOUND = 5;

/**
 * What the server itself says of a run; undefined for one that it does not know. A handle's `describe` would read the memo, too, and a run
 * whose key was lost must not keep the next one from its work.
 */
async function infoOf(execution: Pick<Holder, 'workflowId'> & Partial<Holder>) {
  const client = getClient();
  try {
    const { namespace } = client.options;
    return (await client.workflowService.describeWorkflowExecution({ namespace, execution })).workflowExecutionInfo;
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === NOT_FOUND) return undefined;
    throw error;
  }
}

/** Who started the run, as the starter's client said (Temporal's identity: a claim that a proxy may have checked). */
export async function starterOf({ workflowId, runId }: Holder): Promise<string> {
  const { events } = await getClient().workflow.getHandle(workflowId, runId).fetchHistory();
  return events?.[0]?.workflowExecutionStartedEventAttributes?.identity ?? '';
}

/** What stays the same when a run is reset or goes on as a new one. */
export async function firstRunOf({ workflowId, runId }: Holder): Promise<string> {
  const info = await infoOf({ workflowId, runId });
  return `${workflowId} ${info?.firstRunId || runId}`;
}
