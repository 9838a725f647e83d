import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cast, stillGranted, tallyOf } from '../../../lifecycle/approvals.js';
import type { ApprovalStage, Vote, Voter } from '../../../lifecycle/approvals.js';

const groups = ['owners', 'security', 'board'];
const people = ['ann', 'ben', 'cleo', 'dora', 'eve', 'fred'];
const stages = fc.array(
  fc.record({
    roles: fc.subarray(groups, { minLength: 1 }),
    approvals: fc.integer({ min: 1, max: 3 }),
    rejections: fc.integer({ min: 1, max: 2 }),
  }),
  { minLength: 1, maxLength: 3 },
);
/** People come by several accounts, and stand in for others. */
const voters = fc
  .record({
    person: fc.constantFrom(...people),
    account: fc.integer({ min: 0, max: 1 }),
    own: fc.subarray(groups),
    others: fc.array(fc.record({ person: fc.constantFrom(...people), groups: fc.subarray(groups) }), { maxLength: 2 }),
  })
  .map(({ person, account, own, others }): Voter => ({
    name: `${person}${account}`,
    subject: person,
    level: 'claim',
    seats: [{ person, groups: own, tokenGroups: [] }, ...others.map((seat) => ({ ...seat, tokenGroups: [] }))],
  }));
const sayings = fc.array(fc.tuple(voters, fc.constantFrom('approve' as const, 'reject' as const)), { maxLength: 25 });

/** Everything said in its order, as a request takes it: what is refused changes nothing. */
function said(all: ApprovalStage[], sayings: [Voter, Vote['decision']][]): Vote[] {
  let votes: Vote[] = [];
  for (const [voter, decision] of sayings) {
    const counted = cast(all, votes, voter, { decision, at: '2026-01-01T00:00:00.000Z' });
    if ('votes' in counted) votes = counted.votes;
  }
  return votes;
}

describe('a decision of several people', () => {
  it('is a yes only with the quorum of every stage, by different people on different places, each of a role of its stage', () => {
    fc.assert(
      fc.property(stages, sayings, (all, words) => {
        const votes = said(all, words);
        expect(new Set(votes.map(({ subject }) => subject)).size).toBe(votes.length);
        expect(new Set(votes.map(({ seat }) => seat)).size).toBe(votes.length);
        if (tallyOf(all, votes).state !== 'granted') return;
        for (const [stage, { approvals, rejections }] of all.entries()) {
          const own = votes.filter((vote) => vote.stage === stage);
          expect(own.filter(({ decision }) => decision === 'approve').length).toBeGreaterThanOrEqual(approvals);
          expect(own.filter(({ decision }) => decision === 'reject').length).toBeLessThan(rejections);
        }
      }),
    );
  });

  it('is over with its last vote: nothing that is said afterwards changes it', () => {
    fc.assert(
      fc.property(stages, sayings, voters, (all, words, voter) => {
        const votes = said(all, words);
        const { state } = tallyOf(all, votes);
        const more = cast(all, votes, voter, { decision: 'approve', at: '' });
        if (state !== 'open') expect(more).toEqual({ refused: `it is ${state} already` });
        else if ('votes' in more) expect(Math.abs(more.votes.length - votes.length)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('does not hold any longer than it would be given by those who still count', () => {
    fc.assert(
      fc.property(stages, sayings, fc.subarray(people), (all, words, gone) => {
        const votes = said(all, words);
        const holds = stillGranted(all, votes, ({ seat }) => !gone.includes(seat));
        if (holds) expect(tallyOf(all, votes).state).toBe('granted');
        if (gone.length === 0) expect(holds).toBe(tallyOf(all, votes).state === 'granted');
      }),
    );
  });

  const voter = (name: string, ...own: string[]): Voter => ({
    name,
    subject: name,
    level: 'claim',
    seats: [{ person: name, groups: own, tokenGroups: [] }],
  });
  const two = [
    { roles: ['owners'], approvals: 2, rejections: 1 },
    { roles: ['security'], approvals: 1, rejections: 1 },
  ];

  it('lets a mind change until the stage is passed, and says why not afterwards', () => {
    const first = said(two, [[voter('ann', 'owners'), 'approve']]);
    const changed = cast(two, first, voter('ann', 'owners'), { decision: 'reject', at: '' });
    expect('votes' in changed && tallyOf(two, changed.votes)).toMatchObject({ state: 'rejected' });
    const passed = said(two, [
      [voter('ann', 'owners'), 'approve'],
      [voter('ben', 'owners'), 'approve'],
    ]);
    expect(cast(two, passed, voter('ann', 'owners', 'security'), { decision: 'approve', at: '' })).toMatchObject({
      refused: expect.stringContaining('stage 1 already'),
    });
    expect(cast(two, first, voter('sam', 'security'), { decision: 'approve', at: '' })).toMatchObject({
      refused: 'stage 1 of 2 (owners) decides first',
    });
  });

  it('takes the second group in once it is asked; without stages nobody can agree to anything', () => {
    const said = { decision: 'approve' as const, at: '' };
    expect(cast(two, [], voter('zoe', 'board'), said)).toMatchObject({ refused: 'zoe is in none of owners' });
    expect(cast(two, [], voter('zoe', 'board'), said, ['board'])).toMatchObject({ votes: [{ by: 'zoe', stage: 0 }] });
    expect(tallyOf([], [])).toMatchObject({ state: 'open' });
  });
});
