import { attributes } from './attributes.js';
import type { Connected } from './connect.js';
import { durationOf } from './duration.js';
import { listRuns } from './list-runs.js';

/** Enough to leave out the one that waited for somebody. */
const MOST_RUNS = 5;
/** Nobody waits for an estimate. */
const ANSWER_TIMEOUT_MS = 2_000;
/** Runs that have done something. */
const DONE = ['deployed', 'upgraded', 'retired', 'recovered', 'rehearsed'];

/**
 * How long the former runs of this workflow id have taken, in words: the median of the newest that have changed something. Undefined where
 * there are none, or the server does not say in time.
 */
export async function usually({ client }: Pick<Connected, 'client'>, workflowId: string): Promise<string | undefined> {
  const states = DONE.map((state) => `'${state}'`).join(', ');
  const query = `WorkflowId = '${workflowId.replaceAll("'", '')}' AND ExecutionStatus = 'Completed' AND ${attributes.state.name} IN (${states})`;
  const took: number[] = [];
  try {
    await client.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, async () => {
      for await (const { startTime, closeTime } of listRuns({ client }, { query, pageSize: MOST_RUNS })) {
        if (closeTime) took.push(closeTime.getTime() - startTime.getTime());
        if (took.length >= MOST_RUNS) break;
      }
    });
  } catch {
    return undefined;
  }
  const median = took.sort((a, b) => a - b)[Math.floor((took.length - 1) / 2)];
  return median === undefined ? undefined : `${took.length === 1 ? 'the last time' : 'usually'} it took ${durationOf(0, median)}`;
}
