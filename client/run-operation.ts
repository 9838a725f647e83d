import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { failures } from '../lifecycle/failures.js';
import { messageNames } from '../lifecycle/messages.js';
import type { OperationStatus } from '../lifecycle/messages.js';
import type { FailureReport } from '../lifecycle/operations.js';
import { colours } from './colours.js';
import type { Connected } from './connect.js';
import { durationOf } from './duration.js';
import { endingOf } from './exit.js';
import { onInterrupt } from './interrupt.js';
import type { Output } from './output.js';
import { createShow } from './show.js';
import { endOf, linkTo, startOperation } from './start.js';
import type { Start } from './start.js';
import { watch } from './watch.js';

export interface RunOptions {
  wait?: boolean;
  cancelOnInterrupt?: boolean;
}

/** As shells do for an interrupt. */
const EXIT_INTERRUPTED = 130;

/**
 * Starts an operation, prints its link, follows it to its end. An interrupt detaches (or cancels, when asked to) and says how to come
 * back. With `wait`, an operation of the product that runs is waited for, whichever its kind.
 */
export async function runOperation<R extends object>(
  connected: Connected,
  output: Output,
  start: Omit<Start, 'wait'>,
  options: RunOptions,
  describe: (result: R) => string,
): Promise<void> {
  const waitFor = (running: WorkflowHandle): void =>
    output.tell(`waiting for the end of ${running.workflowId}: ${linkTo(connected, running)}`);
  for (;;) {
    const handle = await startOperation(connected, { ...start, wait: options.wait ? waitFor : undefined });
    try {
      return await follow(connected, output, handle, options, describe);
    } catch (error) {
      const holder = options.wait && holderIn(error);
      if (!holder) throw error;
      const running = connected.client.workflow.getHandle(holder.workflowId, holder.runId);
      waitFor(running);
      await endOf(running);
    }
  }
}

async function follow<R extends object>(
  connected: Connected,
  output: Output,
  handle: WorkflowHandle,
  { cancelOnInterrupt }: RunOptions,
  describe: (result: R) => string,
): Promise<void> {
  const { workflowId } = handle;
  const link = linkTo(connected, handle);
  const began = Date.now();
  let last: OperationStatus | undefined;
  output.tell(link);
  const comeBack = `come back with: steward status ${workflowId}`;
  const detach = (): never => {
    output.result({ detached: { workflowId, link } }, `detached: the operation goes on; ${comeBack}`);
    process.exit(EXIT_INTERRUPTED);
  };
  const cancel = (): void => {
    output.tell('cancelling: the operation takes back what it did; interrupt again to detach');
    handle.cancel().catch((error: unknown) => output.tell(`it could not be cancelled: ${endingOf(error).message}`));
  };
  const interrupt = onInterrupt(cancelOnInterrupt ? cancel : detach, detach);
  const silent = (): void => output.tell(`no worker answers: the operation goes on when one comes (steward worker), or ${comeBack}`);
  try {
    const show = createShow(output.tell);
    const watched = await watch<R>(
      handle,
      (status) => {
        last = status;
        show(status);
      },
      silent,
    );
    if (watched.ended === 'needs-operator') return output.fail(needsOperator(watched.status));
    const took = colours.dim(` (${durationOf(began, Date.now())})`);
    output.result(watched.result, describe(watched.result) + took);
  } catch (error) {
    if (error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure) return output.fail(endingOf(error, last?.state));
    if (error instanceof WorkflowFailedError) throw error;
    const ending = endingOf(error);
    output.fail({ ...ending, message: `the operation is out of sight, and goes on: ${ending.message}`, next: comeBack });
  } finally {
    interrupt.stop();
  }
}

/** The operation that the run found in its way, when that is why it failed. */
function holderIn(error: unknown): { workflowId: string; runId: string } | undefined {
  const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'OperationInProgress') return undefined;
  return (cause.details?.[0] as (FailureReport & { info?: { holder?: { workflowId: string; runId: string } } }) | undefined)?.info?.holder;
}

function needsOperator({ product, environment, remains }: OperationStatus) {
  const { exit, next } = failures.CompensationIncomplete;
  const answer = JSON.stringify({ step: remains[0]?.step ?? 'STEP', action: 'retry', operator: 'YOU', reason: 'WHY' });
  return {
    type: 'CompensationIncomplete',
    message: `${product}: not everything could be undone; the run stays open for an operator`,
    exit,
    next: `${next} In the Temporal UI: update ${messageNames.resolveCompensation} with ${answer}`,
    report: { product, environment, ended: 'needs-operator' as const, remains, next },
  };
}
