import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Failure, isFailureType } from '../lifecycle/failures.js';
import type { Redactor } from './support/redaction.js';

/** The most that goes into a history of one message or one detail: enough to understand, far below Temporal's limits. */
const LONGEST_MESSAGE = 8_000;
/** A system that gave no time to wait is asked again by the retry policy of the caller. */
const NO_DELAY = undefined;

/**
 * The edge between the world and Temporal, the only place where an error becomes a failure of the catalogue, retryable or
 * terminal, without a secret. A cancellation stays one: anything else would make a cancelled run end as failed.
 */
export function atTheEdge(error: unknown, redactor: Redactor): Error {
  if (error instanceof CancelledFailure) return error;
  if (error instanceof Error && error.cause instanceof CancelledFailure) return error.cause;
  if (error instanceof ApplicationFailure && isFailureType(error.type)) {
    return ApplicationFailure.create({
      type: error.type,
      message: redactor.text(shorten(error.message)),
      nonRetryable: error.nonRetryable === true,
      details: redactor.value(plain(error.details ?? [])) as unknown[],
    });
  }
  const failure = error instanceof Failure ? error : new Failure('Internal', describe(error), { cause: error });
  return ApplicationFailure.create({
    type: failure.type,
    message: redactor.text(shorten(failure.message)),
    nonRetryable: !failure.retry,
    details: failure.details === undefined ? [] : [redactor.value(plain(failure.details))],
    nextRetryDelay: failure.retryAfterMs ?? NO_DELAY,
  });
}

/** Wraps activities so that whatever they give or throw leaves by the edge. */
export function withEdge<A extends object>(activities: A, redactor: Redactor): A {
  return Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      name,
      async (...input: unknown[]) => {
        try {
          return redactor.value(await (activity as (...input: unknown[]) => Promise<unknown>)(...input));
        } catch (error) {
          throw atTheEdge(error, redactor);
        }
      },
    ]),
  ) as A;
}

const describe = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

const shorten = (text: string): string => (text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE)} …`);

/** Details may hold what JSON cannot carry. */
const plain = (details: unknown): unknown => JSON.parse(JSON.stringify(details) ?? 'null');
