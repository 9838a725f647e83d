import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import type { FailureReport } from '../lifecycle/operations.js';
import type { Connected } from './connect.js';
import { follow } from './follow.js';
import type { Followed, FollowOptions } from './follow.js';
import type { Output } from './output.js';
import { endOf, linkTo, startOperation } from './start.js';
import type { Start } from './start.js';

export interface RunOptions extends Pick<FollowOptions, 'cancelOnInterrupt'> {
  wait?: boolean;
  attach?: boolean;
  /** Milliseconds. */
  timeout?: number;
  /** A file to which a summary is added. */
  summary?: string;
}

/**
 * Starts an operation, or attaches to the same request that is under way, and follows it to its end. With `wait`, an operation of the
 * product that runs is waited for, whichever its kind.
 */
export async function runOperation<R extends object>(
  connected: Connected,
  output: Output,
  start: Omit<Start, 'wait' | 'attach'>,
  { wait, attach, timeout, summary, cancelOnInterrupt }: RunOptions,
  describe: (result: R) => string,
): Promise<void> {
  const deadline = timeout === undefined ? undefined : Date.now() + timeout;
  const waitFor = async (running: WorkflowHandle): Promise<void> => {
    output.tell(`waiting for the end of ${running.workflowId}: ${linkTo(connected, running)}`);
    await endOf(running, deadline);
  };
  const attached = (running: WorkflowHandle): void => output.tell(`the same request is under way: following ${running.workflowId}`);
  const reported = await reporter(output, summary, start.summary);
  // What was found in the way is waited for: not the end.
  const report = (followed: Followed): Promise<void> =>
    wait && followed.ending?.type === 'OperationInProgress' ? Promise.resolve() : reported(followed);
  for (;;) {
    const handle = await startOperation(connected, { ...start, ...(wait && { wait: waitFor }), ...(attach && { attach: attached }) });
    try {
      return await follow(connected, output, handle, { cancelOnInterrupt, deadline }, describe, report);
    } catch (error) {
      const holder = wait && holderIn(error);
      if (!holder) throw error;
      await waitFor(connected.client.workflow.getHandle(holder.workflowId, holder.runId));
    }
  }
}

/** Follows a run that somebody else has started, to its end. */
export async function followRun(
  connected: Connected,
  output: Output,
  workflowId: string,
  { timeout, summary, cancelOnInterrupt }: RunOptions,
): Promise<void> {
  const deadline = timeout === undefined ? undefined : Date.now() + timeout;
  const { workflow } = connected.client;
  // Throws where there is none; what comes later is trouble with one that is there.
  const { runId } = await workflow.getHandle(workflowId).describe();
  const handle = Object.assign(workflow.getHandle(workflowId, runId), { runId });
  const describe = ({ state = 'done' }: { state?: string }): string => `${state}: ${workflowId}`;
  return follow(connected, output, handle, { cancelOnInterrupt, deadline }, describe, await reporter(output, summary, workflowId));
}

/**
 * Adds what became of a run to a file, where one is named. Throws `UsageFailure` before anything is started for a file that cannot be
 * written; what goes wrong with it later is told, and changes nothing about the end. @param what was asked for, in one line
 */
async function reporter(output: Output, file: string | undefined, what: string): Promise<(followed: Followed) => Promise<void>> {
  if (file === undefined) return () => Promise.resolve();
  // Loaded when it is asked for: most runs are followed by people.
  const { appendSummary, operationSummary } = await import('./reports/index.js');
  await appendSummary(file, '');
  return (followed) => appendSummary(file, operationSummary(what, followed)).catch((error: Error) => output.tell(error.message));
}

/** The operation that the run found in its way, when that is why it failed. */
function holderIn(error: unknown): { workflowId: string; runId: string } | undefined {
  const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'OperationInProgress') return undefined;
  return (cause.details?.[0] as (FailureReport & { info?: { holder?: { workflowId: string; runId: string } } }) | undefined)?.info?.holder;
}
