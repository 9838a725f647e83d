import { describe, expect, it } from '@jest/globals';
import { reversed } from '../../../workflows/order.js';

/** `inOrder` needs the scopes of a workflow: it is proved by test/workflows and by the replays. */
describe('steps reversed', () => {
  it('wait for what was built on them', () => {
    const nodes = [
      { id: 'topic', after: [] },
      { id: 'schema', after: ['topic'] },
      { id: 'job', after: ['topic', 'schema'] },
    ];
    expect(reversed(nodes)).toEqual([
      { id: 'job', after: [] },
      { id: 'schema', after: ['job'] },
      { id: 'topic', after: ['schema', 'job'] },
    ]);
  });

  it('twice are as before', () => {
    const nodes = [
      { id: 'a', after: [] },
      { id: 'b', after: ['a'] },
    ];
    expect(reversed(reversed(nodes))).toEqual(nodes);
  });
});
