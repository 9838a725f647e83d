import { InvalidArgumentError } from 'commander';
import ms from 'ms';
import type { StringValue } from 'ms';

/** A time to come, ISO 8601, from such a time or from how long it is until then: `2026-03-01`, `3 days`. Throws commander's error. */
export function timeToCome(text: string): string {
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Date.now() + durationIn(text);
  if (at > Date.now()) return new Date(at).toISOString();
  throw new InvalidArgumentError('Write a time to come (2026-03-01T12:00:00Z) or how long until then (3 days).');
}

/** Node's timers hold no more, and fire at once for what is longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How long to wait, in milliseconds, from `90 seconds`, `30m`. Throws commander's error. */
export function timeToWait(text: string): number {
  const wait = durationIn(text);
  if (wait > 0 && wait <= LONGEST_TIMER_MS) return wait;
  throw new InvalidArgumentError('Write how long with its unit, e.g. 30m or 90 seconds; at most 24 days.');
}

/** A number alone would be milliseconds, which nobody means. */
function durationIn(text: string): number {
  return /[a-z]/i.test(text) && text.length < 100 ? ms(text as StringValue) : NaN;
}
