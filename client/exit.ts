import {
  ApplicationFailure,
  NamespaceNotFoundError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { CancelledFailure, TerminatedFailure } from '@temporalio/common';
import { BundleError } from '../descriptors/index.js';
import { Failure, failures, isFailureType } from '../lifecycle/failures.js';
import type { FailureType } from '../lifecycle/failures.js';
import { EXIT_INTERRUPTED, EXIT_TERMINATED, EXIT_TIMED_OUT, EXIT_USAGE } from './exit-codes.js';
import { TimedOut } from './timed-out.js';
import { UsageFailure } from './usage.js';
import type { FailureReport } from '../lifecycle/operations.js';

/** What the command line says and exits with when something could not be done. */
export interface Ending {
  type: string;
  message: string;
  exit: number;
  /** What to do about it. */
  next?: string;
  /** How a run ended. */
  report?: Partial<FailureReport>;
  /** What else a program may want to know, e.g. findings. */
  details?: unknown;
}

/** How a cancelled run ended, by its last state. */
const cancelled: { [state: string]: string } = {
  cancelled: 'nothing had been changed',
  failed: 'nothing had been changed',
  compensated: 'what had been done was undone',
};

/** Where the command line itself fails, nothing goes on by itself: somebody has to run it again. */
const nextHere: { [type in FailureType]?: string } = {
  InvalidInput: 'Correct it and run the command again.',
  SystemUnavailable: 'Correct the address or start the system, then run the command again.',
  AccessDenied: 'Correct the credentials of the command line for the system named.',
};

const ending = (type: FailureType, message: string, more: Pick<Ending, 'next' | 'details'> = {}): Ending => ({
  type,
  message: message.replace(/\.$/, ''),
  exit: failures[type].exit,
  next: nextHere[type] ?? failures[type].next,
  ...more,
});

/**
 * From whatever was thrown to a message and an exit code. Every failure type has its own (lifecycle/failures.ts).
 * @param state what the run said last: a cancelled run cannot say in its failure how it ended
 */
export function endingOf(error: unknown, state?: string): Ending {
  const cause = error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError ? error.cause : error;
  if (cause instanceof CancelledFailure) {
    const how = state === undefined ? undefined : (cancelled[state] ?? state);
    return { type: 'Cancelled', message: `the operation was cancelled${how ? `; ${how}` : ''}`, exit: EXIT_INTERRUPTED };
  }
  if (cause instanceof TerminatedFailure) {
    return {
      type: 'Terminated',
      message: 'the run was terminated from outside, without undoing anything',
      exit: EXIT_TERMINATED,
      next: 'The next operation takes back first what this one left; or do only that: steward recover.',
    };
  }
  if (cause instanceof UsageFailure) return { ...ending('InvalidInput', cause.message), exit: EXIT_USAGE };
  if (cause instanceof TimedOut) return { ...ending(cause.type, cause.message), exit: EXIT_TIMED_OUT };
  if (cause instanceof Failure) {
    const { details, next } = cause;
    return ending(cause.type, cause.message, { ...(details !== undefined && { details }), ...(next !== undefined && { next }) });
  }
  if (cause instanceof ApplicationFailure && isFailureType(cause.type)) return endOfRun(cause.type, cause);
  if (cause instanceof BundleError) return ending('InvalidInput', cause.message);
  return ofTemporal(cause) ?? { type: 'Internal', message: textOf(cause), exit: failures.Internal.exit, next: failures.Internal.next };
}

/** A run says in its message what to do next, for the Temporal UI; here that stands on a line of its own. */
function endOfRun(type: FailureType, { message, details }: ApplicationFailure): Ending {
  const report = details?.[0] as FailureReport | undefined;
  const next = report?.next ?? failures[type].next;
  return { type, message: message.replace(` Next: ${next}`, ''), exit: failures[type].exit, next, report };
}

/** What gRPC calls a failure, as far as it says what to do: UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, PERMISSION_DENIED, UNAUTHENTICATED. */
const grpcTypes: { [code: number]: FailureType } = {
  14: 'SystemUnavailable',
  4: 'SystemUnavailable',
  8: 'SystemUnavailable',
  7: 'AccessDenied',
  16: 'AccessDenied',
};
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;

/** Errors of the connection to Temporal; undefined when it is none. */
function ofTemporal(error: unknown): Ending | undefined {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return ending('SystemUnavailable', 'no worker has answered in time; the message may still be obeyed later', {
      next: 'See whether it was: steward status, or steward approvals. Start a worker when none runs: steward worker.',
    });
  }
  if (error instanceof WorkflowNotFoundError) return ending('NotFound', `there is no run ${error.workflowId}`);
  const grpc = grpcErrorOf(error);
  if (error instanceof NamespaceNotFoundError || (grpc?.code === NOT_FOUND && /namespace/i.test(textOf(grpc)))) {
    return ending('NotFound', `Temporal has no such namespace: ${grpc?.details ?? textOf(error)}`, {
      next: 'Correct TEMPORAL_NAMESPACE, or make the namespace: steward bootstrap.',
    });
  }
  if (grpc?.code === INVALID_ARGUMENT && /search attribute/i.test(textOf(grpc))) {
    return ending('SystemRefused', `Temporal: ${grpc.details ?? textOf(grpc)}`, { next: 'Make the search attributes: steward bootstrap.' });
  }
  const type = grpc?.code === undefined ? undefined : grpcTypes[grpc.code];
  return type && ending(type, `Temporal: ${grpc?.details || textOf(error)}`);
}

interface GrpcError extends Error {
  code: number;
  details?: string;
}

function grpcErrorOf(error: unknown): GrpcError | undefined {
  if (!(error instanceof Error)) return undefined;
  return typeof (error as Partial<GrpcError>).code === 'number' ? (error as GrpcError) : grpcErrorOf(error.cause);
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
