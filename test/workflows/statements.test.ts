import { createPrivateKey } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { createKey, inputDigest, signDecision, signRequest } from '../../identity/index.js';
import type { DecisionToSign } from '../../identity/index.js';
import type { DecisionVerb } from '../../lifecycle/statements.js';
import { messageNames } from '../../lifecycle/messages.js';
import { AskingWorld, decide, refusal } from '../support/asking-world.js';
import type { Asked } from '../support/asking-world.js';
import { outcomeOf } from '../support/operations.js';
import { smallProduct } from '../support/small-product.js';

/** Proves that where signatures are due nobody starts or decides anything but by his own, once, for exactly what he signed. */
describe('a place that asks for signed statements', () => {
  let asking: AskingWorld;
  const people = ['dev@localhost', 'ann@localhost', 'ben@localhost', 'mallory@localhost', 'other@localhost'] as const;
  type Name = (typeof people)[number];
  const keys = new Map(people.map((name) => [name, createKey()]));
  const keyOf = (name: Name): KeyObject => createPrivateKey({ key: keys.get(name)!.privateKey as JsonWebKey, format: 'jwk' });
  const governance = {
    identity: 'statement' as const,
    groups: { developers: ['dev@localhost'], owners: ['ann@localhost', 'ben@localhost'], others: ['other@localhost'] },
    accounts: { 'ann@localhost': ['ann.admin@localhost'] },
    keys: Object.fromEntries(people.map((name) => [name, [keys.get(name)!.publicKey as { [member: string]: unknown }]])),
    approvers: ['owners'],
    starters: [
      { operations: ['register'], groups: ['developers'], domains: ['Testing'] },
      { operations: ['register'], groups: ['others'], domains: ['Elsewhere'] },
    ],
  };
  beforeAll(async () => {
    asking = await AskingWorld.open(
      {
        signed: { roles: ['owners'], expiresAfter: '1 day' },
        twice: { roles: [], expiresAfter: '1 day', stages: [{ roles: ['owners'], approvals: 2, rejections: 2 }] },
        soon: { roles: ['owners'], expiresAfter: '1 day', deadline: '4 seconds' },
      },
      governance,
    );
  });
  afterAll(() => asking.close());

  const asksFor = async (input: object, who: Name = 'dev@localhost', environment = 'registry') => ({
    ...input,
    statement: await signRequest({ sub: who, operation: 'register', environment, input: inputDigest(input) }, keyOf(who)),
  });
  const bundleOf = (name: string) => asking.world.uploadFiles(smallProduct(asking.world, name, {}).files);
  const ask = async (name: string): Promise<Asked> => {
    const bundle = await bundleOf(name);
    return asking.ask(name, await asksFor({ bundle, requestedBy: 'dev@localhost' }));
  };
  const says = ({ exception }: Pick<Asked, 'exception'>, sub: string, decision: DecisionVerb, more: Partial<DecisionToSign> = {}) => ({
    sub,
    exception: exception.digest,
    request: exception.deadline,
    environment: exception.environment,
    decision,
    ...more,
  });
  const signedBy = (who: Name, asked: Pick<Asked, 'exception'>, decision: DecisionVerb = 'approve', more: Partial<DecisionToSign> = {}) =>
    signDecision(says(asked, who, decision, more), keyOf(who));

  it('starts nothing without one, with a forged, altered or used one, for somebody else, or where its signer may not', async () => {
    const bundle = await bundleOf('started');
    const input = { bundle, requestedBy: 'dev@localhost' };
    const start = async (given: object, id = 'one') =>
      outcomeOf(await asking.world.start('registerDataProduct', `register:started:${id}`, given));
    const forged = await signRequest(
      { sub: 'dev@localhost', operation: 'register', environment: 'registry', input: inputDigest(input) },
      keyOf('mallory@localhost'),
    );
    const good = await asksFor(input);
    const refusals: [object, string][] = [
      [input, 'asks for a signed statement'],
      [{ ...input, statement: forged }, 'names none of the keys of dev@localhost'],
      [{ ...input, statement: 'rubbish' }, 'no signed statement'],
      [{ ...good, dryRun: true }, 'about another input'],
      [await asksFor(input, 'dev@localhost', 'local'), 'about another environment'],
      [await asksFor({ bundle, requestedBy: 'ann@localhost' }), 'requestedBy says ann@localhost, but it is dev@localhost'],
      [await asksFor({ bundle }, 'other@localhost'), 'may not start register in registry for domain Testing'],
      [await asksFor({ bundle }, 'mallory@localhost'), 'may not start register'],
    ];
    for (const [given, why] of refusals)
      expect(await start(given)).toMatchObject({ ended: 'NotAllowed', message: expect.stringContaining(why) });
    expect(await asking.world.catalog.products.list()).toEqual([]);
    expect(await start(good)).toMatchObject({ ended: 'registered' });
    expect(await start(good, 'two')).toMatchObject({ ended: 'NotAllowed', message: expect.stringContaining('another run has used it') });
  });

  it('decides nothing by a claim, by what is forged, or by what was signed for something else', async () => {
    const [asked, other] = [await ask('signed1'), await ask('signed2')];
    const forged = await signDecision(says(asked, 'ann@localhost', 'approve'), keyOf('mallory@localhost'));
    const tries: [string, object, string][] = [
      ['ann@localhost', {}, 'asks for a signed statement'],
      ['ann@localhost', { statement: forged }, 'none of the keys'],
      ['ann@localhost', { statement: await signedBy('mallory@localhost', asked) }, "not ann@localhost's"],
      ['mallory@localhost', { statement: await signedBy('mallory@localhost', asked) }, 'is in none of owners'],
      ['dev@localhost', { statement: await signedBy('dev@localhost', asked) }, 'the requester may not decide'],
      ['ann@localhost', { statement: await signedBy('ann@localhost', other) }, 'another exception'],
      ['ann@localhost', { statement: await signedBy('ann@localhost', asked, 'reject') }, 'another decision'],
      ['ann@localhost', { statement: await signedBy('ann@localhost', asked, 'approve', { environment: 'local' }) }, 'another environment'],
      [
        'ann@localhost',
        { statement: await signedBy('ann@localhost', asked, 'approve', { request: '2026-01-01T00:00:00.000Z' }) },
        'another request',
      ],
      [
        'ann@localhost',
        { statement: await signDecision(says(asked, 'ann@localhost', 'approve'), keyOf('ann@localhost'), -120) },
        'expired',
      ],
      [
        'ann@localhost',
        { statement: await signDecision(says(asked, 'ann@localhost', 'approve'), keyOf('ann@localhost'), 7200) },
        'longer than 60',
      ],
    ];
    for (const [approver, more, why] of tries) expect(await refusal(decide(asked, approver, 'approve', more))).toContain(why);
    await asked.request.signal(messageNames.withdrawRequest, { by: 'dev@localhost', reason: 'forged' });
    const { refused, awaiting } = await asking.until(asked.request, 'explains', (status) =>
      status.refused.some((why) => why.startsWith('withdraw')),
    );
    expect(awaiting).toHaveLength(1);
    expect(refused.join('\n')).toContain('withdraw of dev@localhost: registry asks for a signed statement');

    // As the Temporal UI sends it: to the request, and to the operation, which passes it on.
    const statement = await signedBy('ann@localhost', asked, 'approve', { comment: 'as signed' });
    await asked.request.signal(messageNames.approveException, { exception: asked.exception.digest, statement, comment: 'as sent' });
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
    await other.operation.signal(messageNames.approveException, {
      exception: other.exception.digest,
      statement: await signedBy('ben@localhost', other),
    });
    expect(await outcomeOf(other.operation)).toMatchObject({ ended: 'registered' });
    const [record] = await asking.world.catalog.exceptions.list(asked.product.line, 'registry');
    expect(record).toMatchObject({ decidedBy: 'ann@localhost', verifiedBy: 'statement', comment: 'as signed', votes: [{ statement }] });
  });

  it('counts each statement once: a mind that was changed is not changed back by who replays the first one', async () => {
    const asked = await ask('twice1');
    const [yes, no] = [await signedBy('ann@localhost', asked), await signedBy('ann@localhost', asked, 'reject')];
    expect(await decide(asked, 'ann@localhost', 'approve', { statement: yes })).toBe('counted');
    expect(await decide(asked, 'ann@localhost', 'reject', { statement: no })).toBe('counted');
    expect(await refusal(decide(asked, 'ann@localhost', 'approve', { statement: yes }))).toContain('was used before');
    await asked.request.signal(messageNames.approveException, { exception: asked.exception.digest, statement: yes });
    await asking.until(asked.request, 'explains', ({ refused }) => refused.filter((why) => why.includes('used before')).length >= 2);
    expect((await asking.until(asked.request, 'stands', () => true)).standing).toMatchObject({ approvals: 0 });
    // Another name of the same person has no key of its own, and the person's own counts for both.
    const alias = await signDecision(says(asked, 'ann.admin@localhost', 'approve'), keyOf('ann@localhost'));
    expect(await decide(asked, 'ann.admin@localhost', 'approve', { statement: alias })).toBe('counted');
    expect((await asking.until(asked.request, 'stands', () => true)).standing).toMatchObject({ approvals: 1, wanted: 2 });
    expect(await decide(asked, 'ben@localhost', 'approve', { statement: await signedBy('ben@localhost', asked) })).toBe('granted');
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
  });

  it('what was signed for one request says nothing about the next one for the same exception', async () => {
    const first = await ask('soon1');
    const early = await signedBy('ann@localhost', first);
    expect(await outcomeOf(first.operation)).toMatchObject({ ended: 'ExceptionExpired' });
    const second = await ask('soon1');
    expect(second.exception.digest).toBe(first.exception.digest);
    expect(await refusal(decide(second, 'ann@localhost', 'approve', { statement: early }))).toContain('another request');
    expect(await outcomeOf(second.operation)).toMatchObject({ ended: 'ExceptionExpired' });
  });

  it('where the sender in the history is what counts, nobody decides by naming somebody else, before or after him', async () => {
    await asking.restart({
      ...governance,
      identity: 'identity',
      starters: [{ operations: ['register'], groups: ['everybody'], domains: ['*'] }],
    });
    const as = (identity: string, handle: WorkflowHandle): WorkflowHandle => {
      const { connection, options } = asking.world.client;
      return new Client({ connection, namespace: options.namespace, identity }).workflow.getHandle(handle.workflowId);
    };
    const asked = await asking.ask('twice2');
    const through = (identity: string, to: WorkflowHandle) => ({ exception: asked.exception, request: as(identity, to) });
    for (const to of [asked.request, asked.operation]) {
      expect(await refusal(decide(through('mallory@localhost', to), 'ann@localhost'))).toContain('was not sent by ann@localhost');
    }
    expect(await decide(through('ann@localhost', asked.operation), 'ann@localhost')).toBe('counted');
    expect(await decide(through('ann@localhost', asked.request), 'ann@localhost', 'reject')).toBe('counted');
    // The very message that ann has sent, now from somebody else; and one that says it was passed on from where hers lies.
    const { runId } = await asked.operation.describe();
    const via = { workflowId: asked.operation.workflowId, runId, name: messageNames.decideException, nth: 1 };
    for (const more of [{}, { via }])
      expect(await refusal(decide(through('mallory@localhost', asked.request), 'ann@localhost', 'approve', more))).toContain(
        'was not sent by',
      );
    expect((await asking.until(asked.request, 'stands', () => true)).standing).toMatchObject({ approvals: 0 });
    expect(await decide(through('ann@localhost', asked.request), 'ann@localhost')).toBe('counted');
    await as('ben@localhost', asked.operation).signal(messageNames.approveException, {
      exception: asked.exception.digest,
      approver: 'ben@localhost',
    });
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
  });
});
