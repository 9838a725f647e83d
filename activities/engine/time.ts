import ms from 'ms';
import type { StringValue } from 'ms';

/** Milliseconds of a duration such as `30 days`. */
export const inMs = (duration: string): number => ms(duration as StringValue);

/** An ISO time, later by a duration such as `30 days`. */
export const later = (time: string, duration: string): string => new Date(new Date(time).getTime() + inMs(duration)).toISOString();
