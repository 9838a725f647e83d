import { ActivityFailure, ApplicationFailure, CancelledFailure, TimeoutFailure, isCancellation } from '@temporalio/workflow';
import { failures, isFailureType } from '../lifecycle/failures.js';
import type { FailureType } from '../lifecycle/failures.js';
import type { FailureReport } from '../lifecycle/operations.js';

/** What went wrong, as the catalogue names it. */
export interface Cause {
  type: FailureType | 'Cancelled';
  message: string;
  details?: unknown;
}

/** A failure of the catalogue, as Temporal carries it. In a workflow nothing else may be thrown: a plain error would hang the run. */
export const failure = (type: FailureType, message: string, details?: unknown): ApplicationFailure =>
  ApplicationFailure.create({ type, message, nonRetryable: true, details: details === undefined ? [] : [details] });

/** From whatever was caught to the catalogue. A time-out of a retried activity becomes what its last attempt said. */
export function causeOf(error: unknown): Cause {
  if (isCancellation(error)) return { type: 'Cancelled', message: 'cancelled' };
  const inner = error instanceof ActivityFailure ? error.cause : error;
  if (inner instanceof ApplicationFailure) {
    const type = isFailureType(inner.type) ? inner.type : 'Internal';
    return { type, message: inner.message, details: inner.details?.[0] ?? undefined };
  }
  if (inner instanceof TimeoutFailure) {
    const last = inner.cause instanceof ApplicationFailure ? inner.cause : undefined;
    const type = last && isFailureType(last.type) ? last.type : 'SystemUnavailable';
    const activity = error instanceof ActivityFailure ? error.activityType : 'an activity';
    return { type, message: last?.message ?? `${activity} did not answer in time (${inner.timeoutType})` };
  }
  return { type: 'Internal', message: inner instanceof Error ? inner.message : String(inner) };
}

/** The failure that a run ends with: what happened, how it ended, what to do next. A cancelled run ends as cancelled. */
export function endOf(cause: Cause, report: Omit<FailureReport, 'next'>): Error {
  if (cause.type === 'Cancelled' && report.remains.length === 0)
    return new CancelledFailure(`cancelled; ${report.product}: ${sentence[report.ended]}`);
  const type =
    report.ended === 'needs-operator' ? 'CompensationIncomplete' : cause.type === 'Cancelled' ? 'CompensationIncomplete' : cause.type;
  const next = failures[type].next;
  const where = [report.product, report.environment, report.step].filter((part) => part && part !== UNREAD).join(', ');
  return ApplicationFailure.create({
    type,
    message: `${where && `${where}: `}${cause.message}. ${capital(sentence[report.ended])}. Next: ${next}`,
    nonRetryable: true,
    details: [{ ...report, next, cause: { type: cause.type, message: cause.message }, info: cause.details }],
  });
}

/** What stands for a name that an unreadable input did not give. */
const UNREAD = '?';

const sentence = {
  refused: 'nothing was changed',
  compensated: 'what had been done was undone',
  superseded: 'the operation that took over decides how it ends',
  left: 'something is left in the twin, see what remains',
  'needs-operator': 'not everything could be undone, see what remains',
} as const;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
