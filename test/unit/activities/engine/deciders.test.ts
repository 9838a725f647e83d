import { describe, expect, it } from '@jest/globals';
import { establish } from '../../../../activities/engine/deciders.js';
import type { Batch } from '../../../../activities/engine/deciders.js';
import type { EngineDeps } from '../../../../activities/engine/deps.js';
import type { SentDecision } from '../../../../lifecycle/engine.js';
import type { Environment, Governance } from '../../../../lifecycle/environment.js';
import type { ExceptionRequest } from '../../../../lifecycle/messages.js';
import { plainGovernance } from '../../../support/governance.js';

const DAY_MS = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

const exception: ExceptionRequest = {
  digest: `sha256:${'1'.repeat(64)}`,
  rule: 'policy/p',
  message: 'It is so.',
  line: 'urn:thing',
  environment: 'prod',
  evidence: [],
  requestedBy: 'dev',
  requester: { name: 'dev', subject: 'dev', groups: [], level: 'claim' },
  approvers: ['owners'],
  deadline: inDays(1),
  expiresAt: inDays(30),
};
const groups = { owners: ['ann', 'ben', 'dev'] };

/** What is established of one message, where a claim is enough: nothing of Temporal is needed. */
async function established(governance: Partial<Governance>, message: Partial<SentDecision>, batch: Partial<Batch> = {}) {
  const place = { name: 'prod', ...plainGovernance({ groups, ...governance }) } as Environment;
  const deps = { environments: new Map([['prod', place]]), registration: plainGovernance(), workerKeys: [] } as unknown as EngineDeps;
  const arrivedIn = { workflowId: 'w', runId: 'r', name: 'approveException', nth: 0 };
  const sent: SentDecision = { id: 0, kind: 'approve', by: 'ann', exception: exception.digest, arrivedIn, at: inDays(0), ...message };
  const [answer] = await establish(deps, { exception, sent: [sent], delegations: [], workflowId: 'w', ...batch });
  return answer!;
}
/** The places that somebody may decide from. */
async function seats(governance: Partial<Governance>, by: string, batch: Partial<Batch> = {}): Promise<string[]> {
  const answer = await established(governance, { by }, batch);
  return 'voter' in answer ? answer.voter.seats.map(({ person }) => person) : [answer.refused];
}
const no = (why: string) => ({ refused: expect.stringContaining(why) });

describe('who decides', () => {
  it('decides from his own place, with his groups; a stranger has a place too, and no group that counts', async () => {
    expect(await established({}, { by: 'ann', comment: 'seen' })).toEqual({
      voter: {
        name: 'ann',
        subject: 'ann',
        level: 'claim',
        seats: [{ person: 'ann', groups: ['everybody', 'owners'], tokenGroups: [] }],
      },
      isRequester: false,
      comment: 'seen',
    });
    expect(await established({}, { by: 'eve' })).toMatchObject({ voter: { seats: [{ groups: ['everybody'] }] } });
  });

  it('is somebody: no name is nobody, in no place that is not configured', async () => {
    expect(await established({}, { by: '' })).toEqual(no('approver is missing'));
    expect(await established({}, {}, { exception: { ...exception, environment: 'gone' } })).toEqual(no('gone is not configured'));
    expect(await established({ identity: 'statement' }, {})).toEqual(no('asks for a signed statement'));
  });

  it('is not the requester, under whatever name of his', async () => {
    const accounts = { dev: ['dev.admin'] };
    for (const by of ['dev', 'dev.admin']) {
      for (const kind of ['approve', 'reject', 'delegate'] as const)
        expect(await established({ accounts }, { by, kind, to: 'ann' })).toEqual(no('the requester may not decide'));
      expect(await established({ accounts }, { by, kind: 'withdraw' })).toMatchObject({ isRequester: true });
    }
    const asAdmin = { ...exception, requestedBy: 'dev.admin', requester: undefined };
    expect(await established({ accounts }, { by: 'dev' }, { exception: asAdmin })).toEqual(no('the requester may not decide'));
    const bySubject = { ...exception, requester: { name: 'somebody', subject: 'ann', groups: [], level: 'claim' as const } };
    expect(await established({}, { by: 'ann' }, { exception: bySubject })).toEqual(no('the requester may not decide'));
  });

  it('is one person under all his names', async () => {
    expect(await established({ accounts: { ann: ['ann.admin'] } }, { by: 'ann.admin' })).toMatchObject({
      voter: { name: 'ann', subject: 'ann', seats: [{ person: 'ann', groups: ['everybody', 'owners'] }] },
    });
  });

  it('has no place at all once he is suspended, nor by those he stands in for', async () => {
    const delegations = [{ from: 'ben', to: 'dora', until: inDays(1) }];
    expect(await seats({ suspended: ['dora'], delegations }, 'dora')).toEqual([]);
    const answer = await established({ suspended: ['ben'], delegations }, { by: 'dora' });
    expect(answer).toMatchObject({ voter: { seats: [{ person: 'dora' }, { person: 'ben', groups: [] }] } });
  });

  it('may be told to end a grant earlier, at a time that is still to come', async () => {
    const until = inDays(2);
    expect(await established({}, { until })).toMatchObject({ until });
    for (const wrong of [inDays(-1), 'tomorrow'])
      expect(await established({}, { until: wrong })).toEqual(no(`until ${wrong} is no time to come`));
  });
});

describe('who stands in for somebody', () => {
  it('has that one’s place besides his own, until the delegation ends', async () => {
    expect(await seats({ delegations: [{ from: 'ben', to: 'dora', until: inDays(1) }] }, 'dora')).toEqual(['dora', 'ben']);
    expect(await seats({ delegations: [{ from: 'ben', to: 'dora', until: inDays(-1) }] }, 'dora')).toEqual(['dora']);
    expect(await seats({ delegations: [{ from: 'ben', to: 'dora', until: inDays(1) }] }, 'eve')).toEqual(['eve']);
  });

  it('is found under any of his names, and so is whoever he stands in for', async () => {
    const accounts = { dora: ['dora.d'], ben: ['ben.b'] };
    const delegations = [{ from: 'ben.b', to: 'dora.d', until: inDays(1) }];
    expect(await seats({ accounts, delegations }, 'dora')).toEqual(['dora', 'ben']);
  });

  it('has no place of the requester, however that was arranged', async () => {
    const from = { person: 'dev', groups: ['owners'], tokenGroups: [] };
    expect(await seats({ delegations: [{ from: 'dev', to: 'dora', until: inDays(1) }] }, 'dora')).toEqual(['dora']);
    expect(await seats({}, 'dora', { delegations: [{ from, to: 'dora' }] })).toEqual(['dora']);
    const admin = { accounts: { dev: ['dev.admin'] }, delegations: [{ from: 'dev.admin', to: 'dora', until: inDays(1) }] };
    expect(await seats(admin, 'dora')).toEqual(['dora']);
  });

  it('for this request alone has the place with the groups that a token vouched for', async () => {
    const from = { person: 'sam', groups: ['everybody', 'owners'], tokenGroups: ['owners'] };
    expect(await established({}, { by: 'dora' }, { delegations: [{ from, to: 'dora' }] })).toMatchObject({
      voter: { seats: [{ person: 'dora' }, { person: 'sam', groups: ['everybody', 'owners'], tokenGroups: ['owners'] }] },
    });
    expect(await seats({}, 'eve', { delegations: [{ from, to: 'dora' }] })).toEqual(['eve']);
  });

  it('is somebody else than the one who asks him, and not the requester', async () => {
    const delegate = (to: string | undefined) =>
      established({ accounts: { ann: ['ann.admin'], dev: ['dev.admin'], dora: ['dora.d'] } }, { kind: 'delegate', to });
    expect(await delegate(undefined)).toEqual(no('to is missing'));
    expect(await delegate('')).toEqual(no('to is missing'));
    expect(await delegate('ann.admin')).toEqual(no('nobody delegates to himself'));
    expect(await delegate('dev.admin')).toEqual(no('the requester may not decide, for nobody'));
    expect(await delegate('dora.d')).toMatchObject({ to: 'dora' });
  });
});
