import { describe, expect, it } from '@jest/globals';
import type { Preview } from '../../../lifecycle/executor.js';
import { expectedAfter, usesChanged } from '../../../lifecycle/outputs.js';
import type { Step } from '../../../lifecycle/plan.js';

const step = (name: string, configurations: object = {}): Pick<Step, 'change'> =>
  ({ change: { to: { component: { name }, configurations } } }) as unknown as Pick<Step, 'change'>;
const change = { address: 'a', action: 'update', dataLoss: false, phase: 'apply', undo: 'exact' } as const;
const preview = (more: Partial<Preview> = {}): Preview => ({ changes: [], unknown: [], digest: 'sha256:1', before: 'sha256:2', ...more });
const before = { 'event.store': { topic: 'orders', size: 1 }, port: { id: 7 } };

describe('outputs that an operation changes', () => {
  it.each<[string, Partial<Preview>, object]>([
    ['nothing that changes: all as it was', {}, before['event.store']],
    ['a change that says nothing of its outputs: nothing is known', { changes: [change] }, {}],
    ['what cannot be previewed yet: nothing is known', { unknown: ['output x of an earlier step'] }, {}],
    ['a change that leaves the outputs: all as it was', { changes: [change], outputs: { known: {}, unknown: [] } }, before['event.store']],
    [
      'a value that becomes another',
      { outputs: { known: { size: 2, more: true }, unknown: [] } },
      { topic: 'orders', size: 2, more: true },
    ],
    ['a value that is known afterwards only', { changes: [change], outputs: { known: {}, unknown: ['size'] } }, { topic: 'orders' }],
  ])('are expected from %s', (_, told, expected) => {
    expect(expectedAfter(step('event.store'), preview(told), before)).toEqual({ ...before, 'event.store': expected });
  });

  it('are not told of a component that gave nothing before, or that goes', () => {
    expect(expectedAfter(step('new'), preview({ changes: [change] }), before)).toBe(before);
    expect(expectedAfter({ change: {} } as Pick<Step, 'change'>, preview({ changes: [change] }), before)).toBe(before);
  });

  it.each<[string, object, boolean]>([
    ['the one that changes', { TF_VAR_size: '${output:event.store.size}' }, true],
    ['it in a longer text, deep inside', { sql: { list: ['LIMIT ${output:event.store.size};'] } }, true],
    ['another one', { TF_VAR_topic: '${output:event.store.topic}' }, false],
    ['none', { TF_VAR_size: '${env:SIZE}' }, false],
    ['one of a component that is not known', { a: '${output:new.size}' }, false],
  ])('concern a step that is made with %s: %#', (_, configurations, expected) => {
    const after = { ...before, 'event.store': { topic: 'orders', size: 2 } };
    expect(usesChanged(step('app', configurations), before, after)).toBe(expected);
    expect(usesChanged(step('app', configurations), before, before)).toBe(false);
  });
});
