import { describe, expect, it } from '@jest/globals';
import type { PlannedChange, Preview } from '../../../lifecycle/executor.js';
import type { Plan } from '../../../lifecycle/plan.js';
import { isEmpty, isRefinement } from '../../../lifecycle/plan.js';

const change = (changes: Partial<PlannedChange> = {}): PlannedChange => ({
  address: 'kafka_topic.a',
  action: 'create',
  dataLoss: false,
  phase: 'apply',
  undo: 'exact',
  ...changes,
});
const preview = (digit: string, changes: PlannedChange[], unknown: string[] = []): Preview => ({
  changes,
  unknown,
  digest: `sha256:${digit.repeat(64)}`,
  before: `sha256:${'0'.repeat(64)}`,
});

describe('a preview made again right before its step', () => {
  it('is a refinement when it is the very same', () => {
    expect(isRefinement(preview('1', [change()]), preview('1', [change()]))).toBe(true);
  });

  it('is none when everything was known and it differs', () => {
    expect(isRefinement(preview('1', [change()]), preview('2', [change()]))).toBe(false);
  });

  const judged = preview('1', [change({ action: 'update', undo: 'equivalent' })], ['output:store.topic']);
  it.each<[string, PlannedChange[], boolean]>([
    ['the same change with its unknowns filled in', [change({ action: 'update', undo: 'equivalent' })], true],
    ['a better undo', [change({ action: 'update', undo: 'exact' })], true],
    ['less to do', [], true],
    ['a worse undo', [change({ action: 'update', undo: 'none' })], false],
    ['loss of data', [change({ action: 'update', undo: 'exact', dataLoss: true })], false],
    ['another action', [change({ action: 'replace' })], false],
    ['another phase', [change({ action: 'update', phase: 'finalise' })], false],
    ['something more', [change({ action: 'update' }), change({ address: 'kafka_topic.b' })], false],
  ])('judged with unknowns, then showing %s: %3$s', (_, changes, expected) => {
    expect(isRefinement(judged, preview('2', changes))).toBe(expected);
  });

  it('of a step that nothing was known of may be anything that loses no data', () => {
    const nothingKnown = preview('1', [], ['output:store.topic']);
    expect(isRefinement(nothingKnown, preview('2', [change()]))).toBe(true);
    expect(isRefinement(nothingKnown, preview('2', [change({ dataLoss: true })]))).toBe(false);
  });
});

describe('a plan', () => {
  const plan = (...previews: Preview[]): Plan => ({
    operation: 'deploy',
    line: 'urn:trips',
    fqn: 'urn:trips:1',
    environment: 'local',
    steps: previews.map((each, at) => ({ id: String(at), title: '', executor: '', phase: 'build', change: {}, after: [], preview: each })),
  });
  it('is empty when no step changes anything', () => {
    expect(isEmpty(plan())).toBe(true);
    expect(isEmpty(plan(preview('1', []), preview('2', [], ['something'])))).toBe(true);
    expect(isEmpty(plan(preview('1', []), preview('2', [change()])))).toBe(false);
  });
});
