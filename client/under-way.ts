import type { WorkflowHandle } from '@temporalio/client';
import { decodeArrayFromPayloads, decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { ApplicationFailure } from '@temporalio/common';
import type { StepProgress } from '../lifecycle/executor.js';

/** What an activity that is under way says of itself. */
export interface Doing {
  id: string;
  /** E.g. `terraform.apply`. */
  activity: string;
  /** The step of the plan that it works on. */
  step?: string;
  /** E.g. `37 of 120 resources`, or why it is tried again. */
  text: string;
}

/** `PENDING_ACTIVITY_STATE_SCHEDULED` of Temporal's API. */
const SCHEDULED = 1;
/** A look beside others: nobody waits for it. */
const ANSWER_TIMEOUT_MS = 2_000;

/** What the activities of a run say of themselves by now; none where nobody can tell. */
export async function underWay({
  client,
  workflowId,
  runId,
}: Pick<WorkflowHandle, 'client' | 'workflowId'> & { runId?: string }): Promise<Doing[]> {
  const { namespace, loadedDataConverter: converter } = client.options;
  try {
    const { pendingActivities } = await client.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, () =>
      client.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId, runId: runId ?? '' } }),
    );
    return await Promise.all(
      (pendingActivities ?? []).map(async ({ activityId, activityType, attempt, heartbeatDetails, lastFailure, state }) => {
        const [said] = (await decodeArrayFromPayloads(converter, heartbeatDetails?.payloads)) as [StepProgress | undefined];
        const failure = await decodeOptionalFailureToOptionalError(converter, lastFailure);
        const type = failure instanceof ApplicationFailure ? `${failure.type}: ` : '';
        const isWaiting = state === SCHEDULED && failure !== undefined;
        const again = failure ? `tried again (attempt ${attempt}) after ${type}${failure.message}` : '';
        return {
          id: activityId ?? '',
          activity: activityType?.name ?? '',
          ...(said?.step && { step: said.step }),
          // What it said last stays with it while it waits to be tried again.
          text: isWaiting ? again : said?.text || again,
        };
      }),
    );
  } catch {
    return [];
  }
}
