import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cast, stillGranted, tallyOf } from '../../../lifecycle/approvals.js';
import type { ApprovalStage, Vote, Voter } from '../../../lifecycle/approvals.js';

const groups = ['owners', 'security', 'board', 'second'];
const people = ['ann', 'ben', 'cem', 'dua', 'eva', 'fay'];

/** Somebody with groups of his own, who may stand in for others, under any of his accounts: another name or another subject. */
const voter = fc
  .record({
    who: fc.constantFrom(...people),
    account: fc.constantFrom('', 'name', 'subject'),
    for: fc.subarray(people, { maxLength: 2 }),
  })
  .map(({ who, account, for: others }) => ({ who, account, others }));
type Appearance = typeof voter extends fc.Arbitrary<infer T> ? T : never;

const placesOf = fc.dictionary(fc.constantFrom(...people), fc.subarray(groups), { noNullPrototype: true });
const stagesOf = fc.array(
  fc.record({
    roles: fc.subarray(groups.slice(0, 3), { minLength: 1 }),
    approvals: fc.integer({ min: 1, max: 3 }),
    rejections: fc.integer({ min: 1, max: 2 }),
  }),
  { minLength: 1, maxLength: 3 },
);
const said = fc.constantFrom<Vote['decision']>('approve', 'approve', 'approve', 'reject');
const acts = fc.array(fc.record({ by: voter, said, escalated: fc.boolean() }), { maxLength: 25 });

const voterOf = ({ who, account, others }: Appearance, places: { [person: string]: string[] }): Voter => ({
  name: account === 'name' ? `${who}@elsewhere` : who,
  subject: account === 'subject' ? `${who}@token` : who,
  level: 'claim',
  seats: [who, ...others.filter((other) => other !== who)].map((person) => ({ person, groups: places[person] ?? [], tokenGroups: [] })),
});

const at = '2026-01-01T00:00:00.000Z';
const second = ['second'];
type Act = { by: Appearance; said: Vote['decision']; escalated: boolean };

/** All states from nobody's vote to the last one. */
function played(stages: ApprovalStage[], places: { [person: string]: string[] }, all: Act[]): Vote[][] {
  const states: Vote[][] = [[]];
  for (const { by, said: decision, escalated } of all) {
    const counted = cast(stages, states.at(-1)!, voterOf(by, places), { decision, at }, escalated ? second : []);
    if ('votes' in counted) states.push(counted.votes);
  }
  return states;
}

const distinct = (values: string[]): boolean => new Set(values).size === values.length;
const RUNS = { numRuns: 1_500 };

describe('any sequence of votes', () => {
  it('counts nobody twice, over all stages, accounts and places', () => {
    fc.assert(
      fc.property(stagesOf, placesOf, acts, (stages, places, all) => {
        for (const votes of played(stages, places, all))
          for (const part of ['by', 'subject', 'seat'] as const) expect(distinct(votes.map((vote) => vote[part]))).toBe(true);
      }),
      RUNS,
    );
  });

  it('grants only with the quorum of each stage, from places that may decide in it', () => {
    fc.assert(
      fc.property(stagesOf, placesOf, acts, (stages, places, all) => {
        const votes = played(stages, places, all).at(-1)!;
        for (const { stage, seat } of votes)
          expect([...stages[stage]!.roles, ...second].some((role) => (places[seat] ?? []).includes(role))).toBe(true);
        if (tallyOf(stages, votes).state !== 'granted') return;
        for (const [stage, { approvals, rejections }] of stages.entries()) {
          const own = votes.filter((vote) => vote.stage === stage);
          expect(own.filter(({ decision }) => decision === 'approve').length).toBeGreaterThanOrEqual(approvals);
          expect(own.filter(({ decision }) => decision === 'reject').length).toBeLessThan(rejections);
        }
      }),
      RUNS,
    );
  });

  it('goes through the stages in their order, and is over with the first quorum of rejections or the last of approvals', () => {
    fc.assert(
      fc.property(stagesOf, placesOf, acts, (stages, places, all) => {
        const states = played(stages, places, all);
        const tallies = states.map((votes) => tallyOf(stages, votes));
        let reached = 0;
        for (const [index, tally] of tallies.entries()) {
          if (tally.state !== 'open') {
            expect(index).toBe(tallies.length - 1);
            continue;
          }
          expect(tally.stage === reached || tally.stage === reached + 1).toBe(true);
          reached = tally.stage;
          expect(states[index]!.every(({ stage }) => stage <= reached)).toBe(true);
        }
        const last = tallies.at(-1)!;
        if (last.state === 'rejected') expect(last.vote.decision).toBe('reject');
      }),
      RUNS,
    );
  });

  it('comes to the same, in whatever order the final votes are read', () => {
    fc.assert(
      fc.property(stagesOf, placesOf, acts, fc.func(fc.nat()), (stages, places, all, weight) => {
        const votes = played(stages, places, all).at(-1)!;
        const mixed = [...votes].sort((a, b) => weight(a.by) - weight(b.by));
        const [one, other] = [tallyOf(stages, votes), tallyOf(stages, mixed)];
        expect(other.state).toBe(one.state);
        if (one.state === 'open') expect(other).toEqual(one);
      }),
      RUNS,
    );
  });

  it('holds afterwards only if it was granted, whoever counts no more', () => {
    const anyVote = fc.record({
      stage: fc.integer({ min: -1, max: 3 }),
      decision: said,
      by: fc.constantFrom(...people),
    });
    fc.assert(
      fc.property(stagesOf, fc.array(anyVote, { maxLength: 8 }), fc.func(fc.boolean()), (stages, some, counts) => {
        const votes = some.map((vote): Vote => ({ ...vote, subject: vote.by, seat: vote.by, tokenGroups: [], verifiedBy: 'claim', at }));
        if (stillGranted(stages, votes, ({ by }) => counts(by))) expect(tallyOf(stages, votes).state).toBe('granted');
      }),
      RUNS,
    );
  });
});

const person = (name: string, own: string[], ...others: [string, string[]][]): Voter => ({
  name,
  subject: name,
  level: 'claim',
  seats: [[name, own] as const, ...others].map(([each, in_]) => ({ person: each, groups: [...in_], tokenGroups: [] })),
});
const stage = (roles: string[], approvals = 1, rejections = 1): ApprovalStage => ({ roles, approvals, rejections });

describe('one vote', () => {
  const stages = [stage(['owners'], 2), stage(['security', 'owners'])];
  const [ann, ben, cem] = [person('ann', ['owners']), person('ben', ['owners', 'security']), person('cem', ['security'])];
  const yes = { decision: 'approve', at } as const;
  const votesAfter = (...voters: Voter[]): Vote[] =>
    voters.reduce<Vote[]>((votes, each) => (cast(stages, votes, each, yes) as { votes: Vote[] }).votes, []);

  it('takes the place of the same person’s former one, until the stage is passed', () => {
    const changed = cast(stages, votesAfter(ann), ann, { decision: 'reject', at });
    expect(changed).toMatchObject({ votes: [{ by: 'ann', decision: 'reject' }] });
    const passed = votesAfter(ann, ben);
    for (const decision of ['approve', 'reject'] as const)
      expect(cast(stages, passed, ann, { decision, at })).toEqual({
        refused: 'ann has decided in stage 1 already, and counts once',
      });
  });

  it('of somebody for a later stage is told who decides first, of a stranger that he is in no group', () => {
    expect(cast(stages, [], cem, yes)).toEqual({ refused: 'stage 1 of 2 (owners) decides first' });
    expect(cast(stages, [], person('eve', []), yes)).toEqual({ refused: 'eve is in none of owners' });
    expect(cast([], [], ann, yes)).toMatchObject({ refused: expect.stringContaining('ann is in none of') });
  });

  it('after the end is refused', () => {
    const granted = votesAfter(ann, ben, cem);
    expect(tallyOf(stages, granted).state).toBe('granted');
    expect(cast(stages, granted, person('dua', ['owners']), yes)).toEqual({ refused: 'it is granted already' });
  });

  it('of a second group counts once that was asked, in the stage that is at hand', () => {
    const eva = person('eva', ['second']);
    expect(cast(stages, [], eva, yes)).toHaveProperty('refused');
    expect(cast(stages, [], eva, yes, second)).toMatchObject({ votes: [{ by: 'eva', stage: 0 }] });
  });

  it('of a delegate and of the one he stands in for is one vote', () => {
    const dua = person('dua', [], ['ann', ['owners']]);
    const first = votesAfter(dua);
    expect(first).toMatchObject([{ by: 'dua', seat: 'ann' }]);
    expect(cast(stages, first, ann, yes)).toMatchObject({ votes: [{ by: 'ann', seat: 'ann' }] });
  });

  it('of a delegate of two comes from the place that nobody has decided from', () => {
    const dua = person('dua', [], ['ann', ['owners']], ['ben', ['owners']]);
    const both = cast(stages, votesAfter(ann), dua, { decision: 'reject', at });
    expect(both).toMatchObject({
      votes: [
        { by: 'ann', seat: 'ann', decision: 'approve' },
        { by: 'dua', seat: 'ben', decision: 'reject' },
      ],
    });
  });

  it('decides nothing where a stage asks for no rejection to be rejected', () => {
    expect(tallyOf([stage(['owners'], 1, 0)], [])).toMatchObject({ state: 'open' });
  });
});
