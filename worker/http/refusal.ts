import { Failure } from '../../lifecycle/failures.js';
import type { Answer } from './server.js';

/** A request that is not obeyed: the status of its answer, and why in words for whoever asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 503,
    reason: string,
    readonly headers: { [header: string]: string } = {},
  ) {
    super(reason);
  }
}

/** The answer to what was thrown, and what the log tells of it: nothing of what went wrong inside is for others. */
export function refusalOf(error: unknown): Answer & { refused: string } {
  const refused = error instanceof Error ? error.message : String(error);
  if (error instanceof Refusal) return { status: error.status, body: { error: { message: refused } }, headers: error.headers, refused };
  if (error instanceof Failure && error.type === 'SystemUnavailable')
    return { status: 503, body: { error: { message: refused } }, headers: { 'retry-after': '10' }, refused };
  return { status: 500, body: { error: { message: 'a fault of Steward: its log tells more' } }, refused };
}
