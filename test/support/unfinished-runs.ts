import type { Client } from '@temporalio/client';
import { messageNames } from '../../lifecycle/messages.js';
import type { OperationStatus } from '../../lifecycle/messages.js';

/** Nobody answers a query when the worker is gone; the rest is told all the same. */
const QUERY_DEADLINE_MS = 2_000;

/**
 * What runs of a world are still open when it is closed, one paragraph each: where they are, what they wait for. A test that gave up has
 * left them, and its message alone does not tell why.
 */
export async function unfinishedRuns(client: Client): Promise<string[]> {
  const told: string[] = [];
  for await (const { workflowId, runId, startTime } of client.workflow.list({ query: 'ExecutionStatus = "Running"' })) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const { raw } = await handle.describe();
    const pending = (raw.pendingActivities ?? []).map(
      ({ activityType, attempt, lastFailure }) =>
        `${activityType?.name} (attempt ${attempt}${lastFailure ? `: ${lastFailure.message}` : ''})`,
    );
    const status = await client
      .withDeadline(Date.now() + QUERY_DEADLINE_MS, () => handle.query<OperationStatus>(messageNames.status))
      .catch((error: unknown) => ({ state: `no answer to the query: ${String(error)}`, steps: [] }));
    // A grant lives on; nobody waits for it.
    if ('granted' in status && status.granted && status.awaiting.length === 0) continue;
    const steps = status.steps.map(({ id, state }) => `${id} ${state}`);
    const age = Math.round((Date.now() - startTime.getTime()) / 1000);
    told.push(`${workflowId}, open for ${age} s: ${[status.state, ...steps, ...pending.map((each) => `under way: ${each}`)].join('; ')}`);
  }
  return told;
}
