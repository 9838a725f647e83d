import { describe, expect, it } from '@jest/globals';
import { changeEntries } from '../../../../../activities/executors/terraform/change-digest.js';
import { plannedOutputs } from '../../../../../activities/executors/terraform/planned-outputs.js';
import type { ValueChange } from '../../../../../activities/executors/terraform/plan-view.js';

const told = (change: Partial<ValueChange>): ReturnType<typeof plannedOutputs> =>
  plannedOutputs(changeEntries({ output_changes: { size: { actions: ['update'], before: 1, ...change } } }, Buffer.from('key')));

describe('the outputs that a plan changes', () => {
  it.each<[string, Partial<ValueChange>, ReturnType<typeof plannedOutputs>]>([
    ['known', { after: { topics: ['a', 'b'] } }, { known: { size: { topics: ['a', 'b'] } }, unknown: [] }],
    ['not known', { after_unknown: true }, { known: {}, unknown: ['size'] }],
    ['known in part', { after: ['a', null], after_unknown: [false, true] }, { known: {}, unknown: ['size'] }],
    ['made of what an earlier step has still to give', { after: 'x (known after store.topic)' }, { known: {}, unknown: ['size'] }],
    ['gone', { actions: ['delete'], after: null }, { known: {}, unknown: ['size'] }],
    ['as they were', { actions: ['no-op'], after: 1 }, { known: {}, unknown: [] }],
  ])('are told: %s', (_, change, expected) => {
    expect(told(change)).toEqual(expected);
  });

  it('never hold a secret, nor what stands for one', () => {
    const outputs = told({ after: 'hunter2', after_sensitive: true });
    expect(outputs).toEqual({ known: {}, unknown: ['size'] });
    expect(JSON.stringify(outputs)).not.toContain('hunter2');
  });
});
