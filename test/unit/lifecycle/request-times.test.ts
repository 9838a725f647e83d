import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expiryOf, nextGrantEvent, nextRequestEvent } from '../../../lifecycle/request-times.js';
import type { RequestTimes } from '../../../lifecycle/request-times.js';

const DAY = 86_400_000;
const iso = (time: number): string => new Date(time).toISOString();
/** Around days without 24 hours in most places, leap days, and ends of years. */
const moments = fc.oneof(
  fc.date({ min: new Date('2024-01-01'), max: new Date('2032-01-01'), noInvalidDate: true }).map((date) => date.getTime()),
  fc
    .constantFrom('2027-03-28T00:59:59.999Z', '2027-10-31T00:30:00.000Z', '2028-02-28T23:00:00.000Z', '2026-12-31T23:59:59.000Z')
    .map(Date.parse),
);
const requests = fc
  .record({
    begin: moments,
    open: fc.integer({ min: 1, max: 60 * DAY }),
    every: fc.option(fc.integer({ min: 1, max: 90 * DAY }), { nil: undefined }),
    escalation: fc.option(fc.integer({ min: 0, max: 90 * DAY }), { nil: undefined }),
  })
  .map(({ begin, open, every, escalation }): RequestTimes => ({
    requestedAt: iso(begin),
    deadline: iso(begin + open),
    ...(every !== undefined && { reminderEveryMs: Math.max(every, Math.ceil(open / 200)) }),
    ...(escalation !== undefined && { escalationAt: iso(begin + escalation) }),
  }));

/** All that happens by itself to a request that somebody looks after, each event so late as `late` says. */
function livedThrough(times: RequestTimes, late: (index: number) => number) {
  const seen: { at: number; kind: string; handled: number }[] = [];
  let done = { until: Date.parse(times.requestedAt), escalated: false };
  for (let index = 0; index < 1_000; index++) {
    const event = nextRequestEvent(times, done);
    const handled = Math.max(event.at + late(index), seen.at(-1)?.handled ?? 0);
    seen.push({ ...event, handled });
    if (event.kind === 'deadline') return seen;
    done = event.kind === 'escalation' ? { ...done, escalated: true } : { ...done, until: handled };
  }
  throw new Error('it never ends');
}

describe('the time of a request', () => {
  it('ends at its deadline, whatever happens before and however late it is looked after; nothing comes afterwards', () => {
    fc.assert(
      fc.property(requests, fc.array(fc.integer({ min: 0, max: 40 * DAY }), { maxLength: 10 }), (times, delays) => {
        const seen = livedThrough(times, (index) => delays[index] ?? 0);
        const deadline = Date.parse(times.deadline);
        expect(seen.at(-1)).toMatchObject({ at: deadline, kind: 'deadline' });
        for (const { at } of seen.slice(0, -1)) expect(at).toBeLessThan(deadline);
      }),
    );
  });

  it('goes forward: a reminder comes on its day once, one that was missed is not made up for, an escalation is', () => {
    fc.assert(
      fc.property(requests, fc.array(fc.integer({ min: 0, max: 40 * DAY }), { maxLength: 10 }), (times, delays) => {
        const seen = livedThrough(times, (index) => delays[index] ?? 0);
        const reminders = seen.filter(({ kind }) => kind === 'reminder');
        const begin = Date.parse(times.requestedAt);
        for (const [index, { at }] of reminders.entries()) {
          expect((at - begin) % times.reminderEveryMs!).toBe(0);
          if (index > 0) expect(at).toBeGreaterThan(reminders[index - 1]!.handled);
        }
        const escalations = seen.filter(({ kind }) => kind === 'escalation');
        const isDue = times.escalationAt !== undefined && times.escalationAt < times.deadline;
        expect(escalations).toHaveLength(isDue ? 1 : 0);
      }),
    );
  });

  it('is over in the moment of its deadline, also where a reminder or an escalation falls into it', () => {
    const times = { requestedAt: iso(0), deadline: iso(2 * DAY), reminderEveryMs: DAY, escalationAt: iso(2 * DAY) };
    expect(nextRequestEvent(times, { until: DAY, escalated: false })).toEqual({ at: 2 * DAY, kind: 'deadline' });
    expect(nextRequestEvent(times, { until: 0, escalated: false })).toEqual({ at: DAY, kind: 'reminder' });
    // A clock that went backwards makes nothing happen twice in a row or never.
    expect(nextRequestEvent(times, { until: -5 * DAY, escalated: false })).toEqual({ at: DAY, kind: 'reminder' });
  });
});

describe('the time of a grant', () => {
  const grants = fc.record({ begin: moments, life: fc.integer({ min: 0, max: 400 * DAY }), lead: fc.integer({ min: 0, max: 400 * DAY }) });

  it('has at most one reminder, between the grant and its end, with at most a quarter of its life left', () => {
    fc.assert(
      fc.property(grants, ({ begin, life, lead }) => {
        const times = { grantedAt: iso(begin), expiresAt: iso(begin + life), expiryReminderMs: lead };
        const first = nextGrantEvent(times, { reminded: false });
        const last = nextGrantEvent(times, { reminded: true });
        expect(last).toEqual({ at: begin + life, kind: 'expiry' });
        if (first.kind === 'expiry') return expect(Math.min(lead, Math.floor(life / 4))).toBe(0);
        expect(first.at).toBeGreaterThan(begin);
        expect(begin + life - first.at).toBeLessThanOrEqual(life / 4);
      }),
    );
  });

  it('never lasts longer than its maximum, nor longer than any approver wants', () => {
    fc.assert(
      fc.property(
        moments,
        fc.integer({ min: 1, max: 400 * DAY }),
        fc.array(fc.option(moments, { nil: undefined })),
        (begin, life, wanted) => {
          const until = wanted.map((time) => (time === undefined ? undefined : iso(time)));
          const end = Date.parse(expiryOf(iso(begin), life, until));
          expect(end).toBe(Math.min(begin + life, ...wanted.flatMap((time) => (time === undefined ? [] : [time]))));
        },
      ),
    );
    expect(expiryOf(iso(0), DAY, ['rubbish'])).toBe(iso(DAY));
  });
});
