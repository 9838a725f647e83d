import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { historiesFolder } from '../../replay/histories.js';
import { cutsOf } from '../../support/matrix/cuts.js';

const names = readdirSync(historiesFolder).filter((name) => name.endsWith('.json'));
const eventsOf = (name: string) => historyFromJSON(JSON.parse(readFileSync(join(historiesFolder, name), 'utf8'))).events ?? [];

describe('the cuts of a run', () => {
  it.each(names)('hold each event of its history once: %s', (name) => {
    const events = eventsOf(name);
    const held = cutsOf(events).flatMap((cut) => cut.events);
    expect(held.sort((one, other) => one - other)).toEqual(events.map(({ eventId }) => Number(eventId)));
  });

  it('are four of each activity that has ended, under a name that tells them apart', () => {
    const cuts = cutsOf(eventsOf('deploy-done.json'));
    const of = (key: string) => cuts.filter((cut) => cut.of === key).map(({ kind }) => kind);
    const applies = [...new Set(cuts.map((cut) => cut.of))].filter((key) => key.includes('.apply '));
    expect(applies.length).toBeGreaterThan(2);
    for (const key of ['takeRecord', 'judge plan', 'judge deployed', ...applies])
      expect(of(key)).toEqual(['scheduled', 'taken', 'effect', 'answered']);
  });

  it('are one before and one after each message, and one before and one after each timer that has fired', () => {
    const counter = (name: string) => {
      const kinds = cutsOf(eventsOf(name)).map(({ kind }) => kind);
      return (kind: string) => kinds.filter((each) => each === kind).length;
    };
    const messages = counter('retire-done-by-stages.json');
    expect(messages('after message')).toBeGreaterThan(0);
    expect(messages('before message')).toBe(messages('after message'));
    const timers = counter('recover-recovered.json');
    expect([timers('timer set'), timers('timer fired')]).toEqual([1, 1]);
  });
});
