import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure, TerminatedFailure } from '@temporalio/common';
import { BundleError } from '../descriptors/index.js';
import { Failure, failures, isFailureType } from '../lifecycle/failures.js';
import type { FailureReport } from '../lifecycle/operations.js';

/** What the command line says and exits with when something could not be done. */
export interface Ending {
  type: string;
  message: string;
  exit: number;
  report?: FailureReport;
}

/** As shells do for an interrupt. */
const EXIT_CANCELLED = 130;
/** Ended from outside without undoing: the next operation, or `steward recover`, does that. */
const EXIT_TERMINATED = 5;

/** From whatever was thrown to a message and an exit code. Every failure type has its own (lifecycle/failures.ts). */
export function endingOf(error: unknown): Ending {
  const cause = error instanceof WorkflowFailedError ? error.cause : error;
  if (cause instanceof CancelledFailure) return { type: 'Cancelled', message: cause.message, exit: EXIT_CANCELLED };
  if (cause instanceof TerminatedFailure) {
    return {
      type: 'Terminated',
      message: 'the run was terminated; the next operation first takes back what it left',
      exit: EXIT_TERMINATED,
    };
  }
  if (cause instanceof Failure) {
    return { type: cause.type, message: `${cause.message}. Next: ${failures[cause.type].next}`, exit: failures[cause.type].exit };
  }
  if (cause instanceof ApplicationFailure && isFailureType(cause.type)) {
    return {
      type: cause.type,
      message: cause.message,
      exit: failures[cause.type].exit,
      report: cause.details?.[0] as FailureReport | undefined,
    };
  }
  if (cause instanceof BundleError || (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
    return { type: 'InvalidInput', message: (cause as Error).message, exit: failures.InvalidInput.exit };
  }
  return { type: 'Internal', message: cause instanceof Error ? cause.message : String(cause), exit: failures.Internal.exit };
}
