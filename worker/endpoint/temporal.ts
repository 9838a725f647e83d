import { isGrpcServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { Failure } from '../../lifecycle/failures.js';

/** `status` of gRPC: the server is not there, too busy, or did not answer in time. */
const NOT_ANSWERED = [4, 8, 14];

/** Whether this says that the server (or a worker that it asked) has not answered in time. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || [error, (error as Error | undefined)?.cause].some(hasNoAnswer);

/** `SystemUnavailable` for a call that was not answered; what else was thrown as it is. */
export const unanswered = (error: unknown, what: string): unknown =>
  isUnanswered(error) ? new Failure('SystemUnavailable', what, { cause: error }) : error;

const hasNoAnswer = (error: unknown): boolean => isGrpcServiceError(error) && NOT_ANSWERED.includes(error.code);
