import { Failure } from '../lifecycle/failures.js';

/** What the SDK's errors, Node's network errors and time-outs have in common. */
interface RawError {
  name?: string;
  message?: string;
  code?: string;
  stack?: string;
  $metadata?: { httpStatusCode?: number };
}

/** Codes with which S3 asks to come again although the status is below 500. */
const busyCodes = new Set(['RequestTimeout', 'SlowDown', 'Throttling', 'TooManyRequests', 'TimeoutError']);
/** Refused credentials by name: versitygw answers an unknown access key with 404. */
const refusedCredentials = new Set(['XAdminUserNotFound', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken']);
/** No such bucket: `NotFound` is what is left of it in the answer to HEAD. */
const missingBucket = new Set(['NoSuchBucket', 'NotFound']);
const statusOf = (error: RawError): number | undefined => error.$metadata?.httpStatusCode;

/**
 * No such object. Only what says so by name: other 404s (a missing bucket; versitygw's answer to an unknown access key) must never read
 * as "nothing recorded". A HEAD answer has no body, and so only the name `NotFound`.
 */
export const isAbsent = (error: unknown): boolean => {
  const { name = '' } = error as RawError;
  return statusOf(error as RawError) === 404 && (name === 'NoSuchKey' || name === 'NotFound');
};

/** The condition of a write did not hold: 412, or S3's 409 for two conditional writes at once. */
export const isLostRace = (error: unknown): boolean => {
  const status = statusOf(error as RawError);
  return status === 412 || (status === 409 && (error as RawError).name === 'ConditionalRequestConflict');
};

/**
 * The one place where an error of the object store becomes a failure of the catalogue. `system` names the endpoint, `action` what was tried.
 * The cause keeps name, message and stack only: the SDK's error objects carry request fields such as the access key id.
 */
export function asFailure(error: unknown, system: string, action: string): Failure {
  if (error instanceof Failure) return error;
  const raw = error as RawError;
  const status = statusOf(raw);
  const said = raw.code ?? (raw.name !== 'Error' ? raw.name : undefined) ?? raw.message ?? 'no reason given';
  const cause = Object.assign(new Error(raw.message), { name: raw.name ?? 'Error', stack: raw.stack });
  if (missingBucket.has(raw.name ?? '')) {
    return new Failure('SystemRefused', `${system}: the catalog's bucket does not exist (${action}). Create it: steward bootstrap.`, {
      cause,
    });
  }
  if (status === 401 || status === 403 || refusedCredentials.has(raw.name ?? '')) {
    return new Failure('AccessDenied', `${system} refused the catalog's credentials (${action}): ${said}.`, { cause });
  }
  // A status below 200 cannot be told from a broken answer; no status at all = the answer never came.
  if (status === undefined || status >= 500 || status < 300 || status === 429 || busyCodes.has(raw.name ?? '')) {
    return new Failure('SystemUnavailable', `${system} does not answer (${action}): ${said}.`, { cause });
  }
  return new Failure('SystemRefused', `${system} refused (${action}): ${said}: ${raw.message ?? status}.`, { cause });
}
