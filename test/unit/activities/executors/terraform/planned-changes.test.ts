import { describe, expect, it } from '@jest/globals';
import type { ChangeEntry } from '../../../../../activities/executors/terraform/change-digest.js';
import { plannedChanges } from '../../../../../activities/executors/terraform/planned-changes.js';
import type { Json } from '../../../../../lifecycle/digest.js';

const topic = (actions: ChangeEntry['actions'], before: Json, after: Json): ChangeEntry => ({
  kind: 'resource',
  address: 'kafka_topic.a',
  type: 'kafka_topic',
  actions,
  before,
  after,
  replacePaths: [],
  tainted: false,
});
const config = (values: { [name: string]: string }, partitions = 1): Json => ({ name: 'a', partitions, config: values });

/** Proves what people are told of a change: whether data is lost, when it happens, how well it can be undone. */
describe('planned changes', () => {
  it.each([
    ['a new topic', topic(['create'], null, config({})), { action: 'create', phase: 'apply', dataLoss: false, undo: 'exact' }],
    ['a deleted topic', topic(['delete'], config({}), null), { action: 'delete', phase: 'finalise', dataLoss: true, undo: 'none' }],
    [
      'a replaced topic',
      topic(['delete', 'create'], config({}), config({})),
      { action: 'replace', phase: 'finalise', dataLoss: true, undo: 'none' },
    ],
    [
      'more partitions',
      topic(['update'], config({}, 1), config({}, 2)),
      { action: 'update', phase: 'apply', dataLoss: false, undo: 'none' },
    ],
    [
      'longer retention',
      topic(['update'], config({ 'retention.ms': '1' }), config({ 'retention.ms': '2' })),
      { dataLoss: false, undo: 'exact' },
    ],
    ['shorter retention', topic(['update'], config({}), config({ 'retention.ms': '2' })), { dataLoss: true, undo: 'equivalent' }],
    ['compaction', topic(['update'], config({}), config({ 'cleanup.policy': 'compact' })), { dataLoss: true }],
    ['a topic no longer managed', topic(['forget'], config({}), null), { action: 'delete', phase: 'finalise', dataLoss: false }],
    [
      'an adopted topic',
      { ...topic(['no-op'], config({}), config({})), importing: 'a' },
      { action: 'adopt', phase: 'apply', dataLoss: false },
    ],
  ])('%s', (_, entry, expected) => {
    expect(plannedChanges([entry])).toMatchObject([expected]);
  });

  it('shows outputs only when nothing else changes', () => {
    const output: ChangeEntry = { ...topic(['create'], null, 'x'), kind: 'output', address: 'output.o', type: '' };
    expect(plannedChanges([output])).toMatchObject([{ address: 'output.o', action: 'create' }]);
    expect(plannedChanges([topic(['create'], null, config({})), output])).toHaveLength(1);
  });
});
