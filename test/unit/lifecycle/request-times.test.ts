import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expiryOf, nextGrantEvent, nextRequestEvent } from '../../../lifecycle/request-times.js';
import type { RequestEvent, RequestTimes } from '../../../lifecycle/request-times.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const iso = (ms: number): string => new Date(ms).toISOString();

/** Among them the hours that some places skip or have twice, and the days of leap years. */
const moment = fc.oneof(
  fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2032, 0, 1) }),
  fc.constantFrom(Date.UTC(2026, 2, 29, 0, 59), Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2028, 1, 28, 12), Date.UTC(2026, 2, 8, 6, 59)),
);
const span = fc.oneof(fc.integer({ min: 1, max: 5 * MINUTE }), fc.integer({ min: HOUR, max: 40 * DAY }));
const times = fc
  .record({
    begin: moment,
    open: span,
    /** At most some hundred reminders. */
    every: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
    escalation: fc.option(fc.integer({ min: -HOUR, max: 41 * DAY }), { nil: undefined }),
  })
  .map(({ begin, open, every, escalation }): RequestTimes => ({
    requestedAt: iso(begin),
    deadline: iso(begin + open),
    ...(every !== undefined && { reminderEveryMs: Math.max(Math.floor(open / every), 1) }),
    ...(escalation !== undefined && { escalationAt: iso(begin + escalation) }),
  }));

/** All that happens to a request that nobody decides, as the request's workflow goes on: each is handled `late` after its time. */
function eventsOf(request: RequestTimes, late: () => number = () => 0): RequestEvent[] {
  const done = { until: Date.parse(request.requestedAt), escalated: false };
  const events: RequestEvent[] = [];
  for (;;) {
    const next = nextRequestEvent(request, done);
    events.push(next);
    if (next.kind === 'deadline') return events;
    if (events.length > 1_000) throw new Error('it never ends');
    if (next.kind === 'escalation') done.escalated = true;
    else done.until = next.at + late();
  }
}

describe('an open request', () => {
  it('always ends at its deadline, which counts from the request; nothing comes after it or at the same moment', () => {
    fc.assert(
      fc.property(times, fc.nat(3 * DAY), (request, late) => {
        const events = eventsOf(request, () => late);
        expect(events.at(-1)).toEqual({ kind: 'deadline', at: Date.parse(request.deadline) });
        for (const { at } of events.slice(0, -1)) expect(at).toBeLessThan(Date.parse(request.deadline));
      }),
    );
  });

  it('goes strictly forward from reminder to reminder, each on time, and asks the second group once', () => {
    fc.assert(
      fc.property(times, (request) => {
        const events = eventsOf(request);
        const reminders = events.filter(({ kind }) => kind === 'reminder').map(({ at }) => at - Date.parse(request.requestedAt));
        expect(reminders).toEqual(reminders.map((_, index) => (index + 1) * request.reminderEveryMs!));
        const isDue = request.escalationAt !== undefined && request.escalationAt < request.deadline;
        expect(events.filter(({ kind }) => kind === 'escalation')).toHaveLength(isDue ? 1 : 0);
        const forward = events.filter(({ kind }) => kind !== 'escalation').map(({ at }) => at);
        expect([...new Set(forward)].sort((a, b) => a - b)).toEqual(forward);
      }),
    );
  });

  it('makes up for a missed escalation, and not for missed reminders: one is enough', () => {
    const begin = Date.UTC(2026, 0, 1);
    const request = {
      requestedAt: iso(begin),
      deadline: iso(begin + 7 * DAY),
      reminderEveryMs: DAY,
      escalationAt: iso(begin + 2 * DAY),
    };
    // No worker from the first hour to the fifth day.
    const now = begin + 4 * DAY + HOUR;
    expect(nextRequestEvent(request, { until: begin, escalated: false })).toEqual({ kind: 'reminder', at: begin + DAY });
    expect(nextRequestEvent(request, { until: now, escalated: false })).toEqual({ kind: 'escalation', at: begin + 2 * DAY });
    expect(nextRequestEvent(request, { until: now, escalated: true })).toEqual({ kind: 'reminder', at: begin + 5 * DAY });
  });

  it('ends rather than reminds or escalates where all fall on one moment, and escalates rather than reminds', () => {
    fc.assert(
      fc.property(moment, span, (begin, open) => {
        const request = { requestedAt: iso(begin), deadline: iso(begin + open), reminderEveryMs: open, escalationAt: iso(begin + open) };
        expect(nextRequestEvent(request, { until: begin, escalated: false })).toEqual({ kind: 'deadline', at: begin + open });
        const longer = { ...request, deadline: iso(begin + open + 1) };
        expect(nextRequestEvent(longer, { until: begin, escalated: false })).toEqual({ kind: 'escalation', at: begin + open });
      }),
    );
  });

  it('takes no harm from a clock that goes backwards', () => {
    fc.assert(
      fc.property(times, fc.nat(400 * DAY), (request, back) => {
        const begin = Date.parse(request.requestedAt);
        const usual = nextRequestEvent(request, { until: begin, escalated: true });
        expect(nextRequestEvent(request, { until: begin - back, escalated: true })).toEqual(usual);
      }),
    );
  });

  it('is the same wherever on the calendar it lies: no summer time, no leap day moves it', () => {
    fc.assert(
      fc.property(times, moment, (request, elsewhere) => {
        const shift = elsewhere - Date.parse(request.requestedAt);
        const moved = (time: string): string => iso(Date.parse(time) + shift);
        const other: RequestTimes = {
          ...request,
          requestedAt: moved(request.requestedAt),
          deadline: moved(request.deadline),
          ...(request.escalationAt !== undefined && { escalationAt: moved(request.escalationAt) }),
        };
        expect(eventsOf(other)).toEqual(eventsOf(request).map(({ at, kind }) => ({ at: at + shift, kind })));
      }),
    );
  });
});

describe('a grant', () => {
  it('is announced to end once at most, between its beginning and its end, and then ends', () => {
    fc.assert(
      fc.property(moment, span, fc.nat(60 * DAY), (begin, life, expiryReminderMs) => {
        const grant = { grantedAt: iso(begin), expiresAt: iso(begin + life), expiryReminderMs };
        const first = nextGrantEvent(grant, { reminded: false });
        if (first.kind === 'expiry-reminder') {
          expect(first.at).toBeGreaterThanOrEqual(begin + (life * 3) / 4);
          expect(first.at).toBeLessThan(begin + life);
          expect(first.at).toBeGreaterThanOrEqual(begin + life - expiryReminderMs);
        } else expect(Math.min(expiryReminderMs, Math.floor(life / 4))).toBe(0);
        expect(nextGrantEvent(grant, { reminded: true })).toEqual({ kind: 'expiry', at: begin + life });
      }),
    );
  });

  it('that ends before it began is over at once', () => {
    const grant = { grantedAt: iso(DAY), expiresAt: iso(0), expiryReminderMs: HOUR };
    expect(nextGrantEvent(grant, { reminded: false })).toEqual({ kind: 'expiry', at: 0 });
  });

  it('lasts never longer than allowed, nor than any approver wanted, and no shorter than the least of these', () => {
    const until = fc.option(fc.oneof(moment.map(iso), fc.constantFrom('', 'soon')), { nil: undefined });
    fc.assert(
      fc.property(moment, span, fc.array(until, { maxLength: 4 }), (begin, validFor, all) => {
        const end = Date.parse(expiryOf(iso(begin), validFor, all));
        const wanted = all.map((each) => Date.parse(each ?? '')).filter((each) => !Number.isNaN(each));
        expect(end).toBeLessThanOrEqual(begin + validFor);
        for (const each of wanted) expect(end).toBeLessThanOrEqual(each);
        expect([begin + validFor, ...wanted]).toContain(end);
      }),
    );
  });

  it('ends where an approver wrote, in UTC where he names no zone: not by the clock of the machine', () => {
    const end = (until: string): string => expiryOf('2026-07-01T00:00:00.000Z', 30 * DAY, [until]);
    expect(end('2026-07-02T10:00')).toBe('2026-07-02T10:00:00.000Z');
    expect(end('2026-07-02T10:00:30.5')).toBe('2026-07-02T10:00:30.500Z');
    expect(end('2026-07-02')).toBe('2026-07-02T00:00:00.000Z');
    expect(end('2026-07-02T10:00+02:00')).toBe('2026-07-02T08:00:00.000Z');
  });
});
