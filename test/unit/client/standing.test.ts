import { describe, expect, it } from '@jest/globals';
import { standingInWords } from '../../../client/standing.js';

/** Proves that people read how far a request is decided, by whom, and who is next. */
describe('how far a request is decided', () => {
  it('is told in words', () => {
    const one = { stage: 0, stages: 1, roles: ['owners'], approvals: 0, wanted: 1, votes: [] };
    expect(standingInWords(one)).toBe('0 of 1 approval; owners may decide now');
    const votes = [
      { by: 'ann', seat: 'ann', decision: 'approve', stage: 0 },
      { by: 'dora', seat: 'ben', decision: 'approve', stage: 1 },
      { by: 'cleo', seat: 'cleo', decision: 'reject', stage: 1 },
    ] as const;
    expect(standingInWords({ stage: 1, stages: 2, roles: ['security', 'board'], approvals: 1, wanted: 2, votes: [...votes] })).toBe(
      'stage 2 of 2: 1 of 2 approvals (dora for ben, cleo rejects); security or board may decide now',
    );
  });
});
