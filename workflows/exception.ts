import {
  CancellationScope,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  patched,
  workflowInfo,
} from '@temporalio/workflow';
import type { ExceptionOutcome, ExceptionRequest } from '../lifecycle/messages.js';
import { decideOnce } from './exception-of-one.js';
import { ExceptionLife } from './exception-life.js';
import type { Carried } from './exception-life.js';

/** Requests that were opened before this change end as they began. */
const STAGES = 'stages-and-life-of-exceptions';

/** Verified together: one call for many, because some come by the thousand. */
const MOST_AT_ONCE = 200;
/** A run has room for 10,000 signals and 51,200 events; far below that it goes on as a new one. */
const MOST_EVENTS = 2_000;
/** Long beside the time between two messages of a flood, short beside a life. */
const QUIET = '100 milliseconds';

/**
 * A request for an exception. Collects decisions, verifies them, counts them by stages; a time-out means no. It lives on after a grant:
 * reminds of its end, lets it be renewed, and has the product judged again when it is over.
 */
export async function policyException(
  request: ExceptionRequest,
  waiting: string[] = [],
  carried?: Carried,
): Promise<ExceptionOutcome | undefined> {
  if (!patched(STAGES)) return decideOnce(request, waiting);
  const life = new ExceptionLife(request, waiting, carried);
  const { inbox } = life;
  try {
    await life.begin();
    while (life.isOpen || !inbox.isEmpty) {
      const next = life.next();
      const left = next ? next.at - Date.now() : 0;
      // In the same moment the deadline comes first: what was read before it counts, nothing after it.
      if (next && left <= 0) await life.happen(next.kind);
      else if (!inbox.isEmpty || (await condition(() => !inbox.isEmpty, left, { summary: next?.kind ?? '' })))
        await life.hear(inbox.listeners.splice(0), inbox.take(MOST_AT_ONCE));
      // The server lets no run end while messages come in, and each vain try would be replayed: under a flood only a quiet moment will do.
      // It comes at the latest when the run is full.
      if (!isLong() || !inbox.isEmpty || (await condition(() => !inbox.isEmpty, QUIET, { summary: 'a quiet moment' }))) continue;
      await condition(allHandlersFinished);
      if (!inbox.isEmpty) continue;
      return await continueAsNew<typeof policyException>(life.request, [], life.carry());
    }
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => life.close('cancelled'));
    throw error;
  }
  await life.close('over');
  await condition(allHandlersFinished);
  return life.outcome;
}

const isLong = (): boolean => workflowInfo().continueAsNewSuggested || workflowInfo().historyLength > MOST_EVENTS;
