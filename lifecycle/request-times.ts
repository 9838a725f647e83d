/** When something happens to a request or a grant by itself. Pure; milliseconds since 1970 unless they are said to be ISO times. */

export interface RequestTimes {
  /** ISO time: the deadline counts from here, not from when somebody looked. */
  requestedAt: string;
  /** ISO time. */
  deadline: string;
  reminderEveryMs?: number;
  /** ISO time at which the second group may decide, too. */
  escalationAt?: string;
}

export interface RequestEvent {
  at: number;
  kind: 'deadline' | 'escalation' | 'reminder';
}

/**
 * What happens next to an open request. Reminders that were missed (no worker lived) are not made up for: one is enough; an escalation is.
 * @param done the time up to which events were handled, and whether the second group was asked
 */
export function nextRequestEvent(times: RequestTimes, done: { until: number; escalated: boolean }): RequestEvent {
  const deadline = timeOf(times.deadline);
  const events: RequestEvent[] = [{ at: deadline, kind: 'deadline' }];
  if (times.escalationAt !== undefined && !done.escalated) events.push({ at: timeOf(times.escalationAt), kind: 'escalation' });
  const begin = timeOf(times.requestedAt);
  const every = times.reminderEveryMs ?? 0;
  if (every > 0) {
    const passed = Math.max(Math.floor((done.until - begin) / every), 0);
    events.push({ at: begin + (passed + 1) * every, kind: 'reminder' });
  }
  return first(events.filter(({ at, kind }) => kind === 'deadline' || at < deadline));
}

export interface GrantTimes {
  /** ISO times. */
  grantedAt: string;
  expiresAt: string;
  /** How long before the end people are reminded, if the grant lives long enough. */
  expiryReminderMs?: number;
}

export interface GrantEvent {
  at: number;
  kind: 'expiry' | 'expiry-reminder';
}

/** A grant of a day is not announced to end a week before: at the latest a quarter of its life is left. */
const SHARE_LEFT = 4;

/** What happens next to a grant. */
export function nextGrantEvent({ grantedAt, expiresAt, expiryReminderMs = 0 }: GrantTimes, done: { reminded: boolean }): GrantEvent {
  const end = timeOf(expiresAt);
  const life = Math.max(end - timeOf(grantedAt), 0);
  const lead = Math.min(expiryReminderMs, Math.floor(life / SHARE_LEFT));
  if (done.reminded || lead <= 0) return { at: end, kind: 'expiry' };
  return { at: end - lead, kind: 'expiry-reminder' };
}

/**
 * When a grant ends: so long after it was given, or earlier where an approver wants that; ISO time.
 * @param validForMs at most; the policy's and the platform's maximum are in it
 */
export function expiryOf(grantedAt: string, validForMs: number, until: (string | undefined)[]): string {
  const wanted = until.flatMap((each) => (each === undefined ? [] : [timeOf(each)])).filter((time) => !Number.isNaN(time));
  return new Date(Math.min(timeOf(grantedAt) + validForMs, ...wanted)).toISOString();
}

const order = { deadline: 0, escalation: 1, reminder: 2 } as const;

/** The earliest; in the same moment the deadline comes first. */
const first = (events: RequestEvent[]): RequestEvent =>
  events.reduce((best, event) => (event.at < best.at || (event.at === best.at && order[event.kind] < order[best.kind]) ? event : best));

/** Milliseconds of an ISO time, NaN for anything else. One that people wrote without a zone is UTC, wherever the worker stands. */
export const timeOf = (iso: string): number => Date.parse(WITHOUT_ZONE.test(iso) ? `${iso}Z` : iso);

const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}T[\d:.]+$/;
