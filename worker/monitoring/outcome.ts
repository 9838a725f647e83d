import { ApplicationFailure, CancelledFailure } from '@temporalio/common';

/** How an attempt of an activity has failed, in one word for metrics, traces and logs: `cancelled`, or the type of the failure. */
export function outcomeOf(error: unknown): string {
  if (error instanceof CancelledFailure) return 'cancelled';
  return error instanceof ApplicationFailure ? (error.type ?? 'Internal') : 'Internal';
}

/** How it ended otherwise. */
export const OK = 'ok';
