import { activityInfo, getClient } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Holder } from '../../lifecycle/engine.js';
import { Failure } from '../../lifecycle/failures.js';

/** The run that the activity at hand works for. */
export function currentRun(): Holder {
  const { workflowExecution } = activityInfo();
  if (!workflowExecution) throw new Failure('Internal', 'the activity belongs to no run');
  return workflowExecution;
}

/** Is this very run (without one: any run of the workflow) still open? A run that the server no longer knows is closed. */
export async function isOpen({ workflowId, runId }: Pick<Holder, 'workflowId'> & Partial<Holder>): Promise<boolean> {
  try {
    const { status } = await getClient().workflow.getHandle(workflowId, runId).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
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
  const { raw } = await getClient().workflow.getHandle(workflowId, runId).describe();
  return `${workflowId} ${raw.workflowExecutionInfo?.firstRunId || runId}`;
}

/** A link to the run in the Temporal UI. */
export const linkTo = (uiUrl: string, { workflowId, runId }: Holder): string =>
  `${uiUrl}/workflows/${encodeURIComponent(workflowId)}/${runId}/history`;
