import ms from 'ms';
import type { StringValue } from 'ms';

/** An ISO time, later by a duration such as `30 days`. */
export const later = (time: string, duration: string): string =>
  new Date(new Date(time).getTime() + ms(duration as StringValue)).toISOString();
