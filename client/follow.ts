import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { failures } from '../lifecycle/failures.js';
import { messageNames } from '../lifecycle/messages.js';
import type { OperationStatus } from '../lifecycle/messages.js';
import { colours } from './colours.js';
import type { Connected } from './connect.js';
import { durationOf } from './duration.js';
import { EXIT_INTERRUPTED, EXIT_TIMED_OUT } from './exit-codes.js';
import { endingOf } from './exit.js';
import type { Ending } from './exit.js';
import { onInterrupt } from './interrupt.js';
import type { Output } from './output.js';
import { createDoingShow } from './show-doing.js';
import { createShow } from './show.js';
import { linkTo } from './start.js';
import type { Running } from './start.js';
import { usually } from './usual.js';
import { watch } from './watch.js';

export interface FollowOptions {
  cancelOnInterrupt?: boolean;
  /** Milliseconds since 1970; then as at an interrupt. */
  deadline?: number;
}

/** What was seen of a run that was followed, for who reports it. */
export interface Followed {
  link: string;
  /** Milliseconds since 1970. */
  began: number;
  /** What it said last. */
  status?: OperationStatus;
  /** Why it was not done. */
  ending?: Ending;
  /** The result, for people. */
  text?: string;
}

/**
 * Prints a run's link and follows it to its end. An interrupt, or the deadline, detaches (or cancels, when asked to) and says how to come
 * back. Throws what the run failed with.
 * @param report told at the end, whatever the end
 */
export async function follow<R extends object>(
  connected: Connected,
  output: Output,
  handle: Running,
  { cancelOnInterrupt, deadline }: FollowOptions,
  describe: (result: R) => string,
  report: (followed: Followed) => Promise<void>,
): Promise<void> {
  const { workflowId } = handle;
  const link = linkTo(connected, handle);
  const seen: Followed = { link, began: Date.now() };
  output.tell(link);
  const comeBack = `come back with: steward status ${workflowId}`;
  /** Whoever comes first: the end, or leaving it. */
  let [over, left, late] = [false, false, false];
  /** Calls that must not be left under way when the connection is closed. */
  const calls: Promise<void>[] = [];
  const detach = async (): Promise<void> => {
    if (over || left) return;
    left = true;
    const text = `detached: the operation goes on; ${comeBack}`;
    await report({ ...seen, text });
    output.result({ detached: { workflowId, link } }, text);
    process.exit(late ? EXIT_TIMED_OUT : EXIT_INTERRUPTED);
  };
  let isCancelled = false;
  const cancel = (): void => {
    if (over || isCancelled) return void detach();
    isCancelled = true;
    output.tell('cancelling: the operation takes back what it did; interrupt again to detach');
    calls.push(handle.cancel().then(nothing, (error: unknown) => output.tell(`it could not be cancelled: ${endingOf(error).message}`)));
  };
  const interrupted = (): void => (cancelOnInterrupt ? cancel() : void detach());
  const interrupt = onInterrupt(interrupted, interrupted);
  let patience: NodeJS.Timeout | undefined;
  const timer = deadline === undefined ? undefined : setTimeout(outOfTime, Math.max(0, deadline - Date.now()));
  function outOfTime(): void {
    if (over) return;
    late = true;
    output.tell('the time of --timeout is over');
    interrupted();
    // Taking back needs a worker: without one nobody waits for ever.
    if (cancelOnInterrupt) patience = setTimeout(() => void detach(), CANCELLED_WITHIN_MS);
  }
  const silent = (why?: string): void =>
    output.tell(
      why === undefined
        ? `no worker answers: the operation goes on when one comes (steward worker), or ${comeBack}`
        : `how far it is cannot be read (${why}): the operation goes on; or ${comeBack}`,
    );
  const fail = async (ending: Ending): Promise<void> => {
    await report({ ...seen, ending });
    output.fail(late && ending.type === 'Cancelled' ? { ...ending, exit: EXIT_TIMED_OUT } : ending);
  };
  const tellUsual = async (): Promise<void> => {
    const usual = await usually(connected, workflowId);
    if (usual !== undefined && !over) output.tell(`  ${colours.dim(usual)}`);
  };
  try {
    const show = createShow(output.tell);
    const watched = await watch<R>(
      handle,
      (status) => {
        seen.status = status;
        show(status);
        // After the first line about the run.
        if (calls.length === 0) calls.push(tellUsual());
      },
      { silent, doing: createDoingShow(output.tell, () => seen.status) },
    );
    if (left) return await untilTheProcessEnds();
    over = true;
    if (watched.ended === 'needs-operator') return await fail(needsOperator(watched.status));
    const text = describe(watched.result);
    await report({ ...seen, text });
    output.result(watched.result, text + colours.dim(` (${durationOf(seen.began, Date.now())})`));
  } catch (error) {
    if (left) return await untilTheProcessEnds();
    over = true;
    if (!(error instanceof WorkflowFailedError)) {
      const ending = endingOf(error);
      return await fail({ ...ending, message: `the operation is out of sight, and goes on: ${ending.message}`, next: comeBack });
    }
    if (error.cause instanceof CancelledFailure) return await fail(endingOf(error, seen.status?.state));
    await report({ ...seen, ending: endingOf(error) });
    throw error;
  } finally {
    over = true;
    interrupt.stop();
    clearTimeout(timer);
    clearTimeout(patience);
    await Promise.all(calls);
  }
}

/** An operation that takes back what it did gets so long after --timeout, before it is left to itself. */
const CANCELLED_WITHIN_MS = 5 * 60_000;

const nothing = (): void => undefined;

/** Of one that has detached: it is about to end, with its last word. */
const untilTheProcessEnds = (): Promise<never> => new Promise<never>(nothing);

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
