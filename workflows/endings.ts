import { ContinueAsNew, TemporalFailure, proxySinks } from '@temporalio/workflow';
import type { Sinks, WorkflowInterceptors } from '@temporalio/workflow';
import { causeOf } from './failure.js';

/** What the worker hears of a run besides its commands: no part of its history, and only of what happens now, not of what is replayed. */
export interface RunSinks extends Sinks {
  runs: { ended(outcome: string, isFailed: boolean): void };
}

const { runs } = proxySinks<RunSinks>();

/** Loaded beside the workflows when they are bundled: tells how every run ends, and changes nothing about it. */
export const interceptors = (): WorkflowInterceptors => ({
  inbound: [
    {
      async execute(input, next) {
        try {
          const result = await next(input);
          runs.ended(outcomeOf(result), false);
          return result;
        } catch (error) {
          if (error instanceof ContinueAsNew) runs.ended('goes on as a new run', false);
          // Anything else is no end: the task is tried again.
          else if (error instanceof TemporalFailure) runs.ended(causeOf(error).type, true);
          throw error;
        }
      },
    },
  ],
});

/** What a result calls itself. */
function outcomeOf(result: unknown): string {
  const { state, decision } = (result ?? {}) as { state?: unknown; decision?: unknown };
  const named = state ?? decision;
  return typeof named === 'string' ? named : 'done';
}
