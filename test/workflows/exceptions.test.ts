import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AskingWorld, decide, refusal } from '../support/asking-world.js';
import { commandLine, jsonOf } from '../support/command-line.js';
import { eventually } from '../support/eventually.js';
import { outcomeOf } from '../support/operations.js';

/** Proves how people decide: by stages, each counted once, from their own place or another's, in time, and for a time. */
describe('an exception', () => {
  let asking: AskingWorld;
  const governance = {
    groups: {
      owners: ['ann@localhost', 'ben@localhost', 'cleo@localhost'],
      security: ['sam@localhost', 'cleo@localhost'],
      board: ['zoe@localhost'],
      platform: ['ann@localhost'],
    },
    accounts: { 'ann@localhost': ['ann.admin@localhost'], 'developer@localhost': ['dev.admin@localhost'] },
    delegations: [
      { from: 'ben@localhost', to: 'dora@localhost', until: '2999-01-01T00:00:00Z' },
      { from: 'developer@localhost', to: 'eve@localhost', until: '2999-01-01T00:00:00Z' },
      { from: 'ann@localhost', to: 'former@localhost', until: '2020-01-01T00:00:00Z' },
    ],
    approvers: ['platform'],
    starters: [{ operations: ['register'], groups: ['everybody'], domains: ['*'] }],
    expiryReminder: '1 second',
  };
  const staged = [{ roles: ['owners'], approvals: 2, rejections: 2 }, { roles: ['security'] }];
  beforeAll(async () => {
    asking = await AskingWorld.open(
      {
        staged: { roles: [], expiresAfter: '1 day', stages: staged },
        escalated: {
          roles: ['security'],
          expiresAfter: '1 day',
          deadline: '60 seconds',
          escalation: { after: '1 second', groups: ['board'] },
        },
        soon: { roles: ['owners'], expiresAfter: '1 day', deadline: '2 seconds' },
        brief: { roles: ['owners'], expiresAfter: '6 seconds' },
        ticketed: { roles: ['owners'], expiresAfter: '1 day', requires: ['reason', 'ticket'] },
        first: { roles: ['owners'], expiresAfter: '1 day' },
        second: { roles: ['security'], expiresAfter: '1 day' },
      },
      governance,
    );
  });
  afterAll(() => asking.close());

  it('is granted by stages in their order: everybody counts once, a mind may change until the stage is passed', async () => {
    const asked = await asking.ask('staged1');
    // The list of each group that will be asked, the second stage's included.
    for (const group of ['owners', 'security'])
      await eventually(async () => {
        const query = `Approvers='${group}' AND AwaitingApproval=true AND WorkflowId='${asked.request.workflowId}'`;
        return (await asking.world.client.workflow.count(query)).count === 1;
      }, `it is in the list of ${group}`);
    expect(await refusal(decide(asked, 'sam@localhost'))).toContain('stage 1 of 2 (owners) decides first');
    expect(await decide(asked, 'ann@localhost')).toBe('counted');
    // The same person by another account is the same person.
    expect(await decide(asked, 'ann.admin@localhost')).toBe('counted');
    expect((await asking.until(asked.request, 'counts', () => true)).standing).toMatchObject({ approvals: 1, wanted: 2, stage: 0 });
    expect(await decide(asked, 'ann@localhost', 'reject')).toBe('counted');
    expect((await asking.until(asked.request, 'counts', () => true)).standing).toMatchObject({ approvals: 0, stage: 0 });
    expect(await decide(asked, 'ann@localhost')).toBe('counted');
    expect(await decide(asked, 'cleo@localhost')).toBe('counted');
    expect(await refusal(decide(asked, 'ann@localhost', 'reject'))).toContain('has decided in stage 1 already');
    // Cleo is in the second stage's group, too, and has decided once.
    expect(await refusal(decide(asked, 'cleo@localhost'))).toContain('has decided in stage 1 already');
    expect(await decide(asked, 'sam@localhost', 'approve', { comment: 'looked at' })).toBe('granted');
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
    const [record] = await asking.world.catalog.exceptions.list(asked.product.line, 'registry');
    expect(record).toMatchObject({ decision: 'granted', decidedBy: 'sam@localhost', comment: 'looked at' });
    expect(record?.votes?.map(({ by, stage, decision }) => [by, stage, decision])).toEqual([
      ['ann@localhost', 0, 'approve'],
      ['cleo@localhost', 0, 'approve'],
      ['sam@localhost', 1, 'approve'],
    ]);
    const steward = commandLine(asking.world);
    const audit = jsonOf<{ events: object[] }>(await steward(['audit', asked.product.line, '--output', 'json']));
    expect(JSON.stringify(audit)).toContain('"decisions"');
  });

  it('is not decided by the requester: not by name, not by another account, not through somebody who stands in, not by delegating', async () => {
    const asked = await asking.ask('staged2');
    for (const who of ['developer@localhost', 'dev.admin@localhost'])
      for (const how of ['approve', 'reject'] as const)
        expect(await refusal(decide(asked, who, how))).toContain('the requester may not decide');
    expect(await refusal(decide(asked, 'eve@localhost'))).toContain('eve@localhost is in none of owners');
    expect(await refusal(decide(asked, 'former@localhost'))).toContain('former@localhost is in none of owners');
    expect(await refusal(decide(asked, 'ann@localhost', 'delegate', { to: 'dev.admin@localhost' }))).toContain(
      'may not decide, for nobody',
    );
    expect(await refusal(decide(asked, 'stranger@localhost', 'delegate', { to: 'eve@localhost' }))).toContain('nothing to delegate');
    // Who stands in decides from one place: the one he stands in for may take it back by deciding himself.
    expect(await decide(asked, 'dora@localhost')).toBe('counted');
    expect(await decide(asked, 'ben@localhost', 'reject')).toBe('counted');
    expect(await decide(asked, 'ann@localhost', 'delegate', { to: 'stranger@localhost' })).toBe('delegated');
    expect((await asking.until(asked.request, 'counts', () => true)).standing?.votes).toEqual([
      { by: 'ben@localhost', seat: 'ben@localhost', decision: 'reject', stage: 0 },
    ]);
    expect(await decide(asked, 'stranger@localhost', 'reject', { comment: 'no' })).toBe('rejected');
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'ExceptionRejected', message: expect.stringContaining('no') });
    expect(await asking.world.catalog.products.read(asked.product.line)).toBeUndefined();
  });

  it('is not decided by a message with a misspelled field, which would say more than was meant', async () => {
    const asked = await asking.ask('escalated1');
    const message = { exception: asked.exception.digest, approver: 'zoe@localhost', untill: '2030-01-01T00:00:00Z' };
    for (const run of [asked.request, asked.operation]) {
      await run.signal('approveException', message);
      await asking.until(run, 'tells why', ({ refused }) =>
        refused.some((why) => why.includes('untill is no field of it; there are exception, approver,')),
      );
    }
    expect(await refusal(decide(asked, 'zoe@localhost', 'approve', { coment: 'why' }))).toContain('coment is no field of it');
    expect((await asking.world.status(asked.request))?.awaiting).toHaveLength(1);
    await asked.request.signal('withdrawRequest', { by: 'developer@localhost' });
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'ExceptionWithdrawn' });
  });

  it('may be decided by a second group when nobody has for a while', async () => {
    const asked = await asking.ask('escalated1');
    await asking.until(asked.request, 'is escalated', ({ standing }) => standing?.roles.includes('board'));
    expect(await decide(asked, 'zoe@localhost')).toBe('granted');
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
  });

  it('is refused by silence; what comes later changes nothing, and the same may be asked again', async () => {
    const asked = await asking.ask('soon1');
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'ExceptionExpired' });
    expect(await refusal(decide(asked, 'ann@localhost'))).toMatch(/already completed|closed/);
    const again = await asking.ask('soon1');
    expect(again.exception.digest).toBe(asked.exception.digest);
    expect(await decide(again, 'ann@localhost')).toBe('granted');
    expect(await outcomeOf(again.operation)).toMatchObject({ ended: 'registered' });
  });

  it('decided in the moment of its deadline ends everywhere the same', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, (_, index) => asking.ask(`soon2n${index}`)));
    const ends = await Promise.all(
      all.map(async (asked, index) => {
        const close = Date.parse(asked.exception.deadline) - 60 + index * 20;
        await eventually(async () => Date.now() >= close, 'the moment has come');
        const said = await refusal(decide(asked, 'ann@localhost'));
        const { ended } = await outcomeOf(asked.operation);
        const [record] = await asking.world.catalog.exceptions.list(asked.product.line, 'registry');
        return { said, ended, recorded: record?.decision };
      }),
    );
    for (const { said, ended, recorded } of ends) {
      expect(ended).toBe(recorded === 'granted' ? 'registered' : 'ExceptionExpired');
      expect(said === 'obeyed: granted').toBe(recorded === 'granted');
    }
  });

  it('ends: people may renew it before; afterwards the product is judged again and flagged', async () => {
    const asked = await asking.ask('brief1');
    expect(await decide(asked, 'ann@localhost')).toBe('granted');
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
    const { granted } = await asking.until(asked.request, 'is granted', (status) => status.granted);
    await asked.request.signal('renewException', { by: 'ben@localhost', reason: 'not yet mended' });
    const { awaiting } = await asking.until(asked.request, 'is asked again', (status) => status.awaiting.length > 0);
    const renewal = { request: asked.request, exception: awaiting[0]! };
    expect(renewal.exception).toMatchObject({ requestedBy: 'ben@localhost', reason: 'not yet mended', digest: asked.exception.digest });
    expect(await refusal(decide(renewal, 'ben@localhost'))).toContain('the requester may not decide');
    expect(await decide(renewal, 'ann@localhost')).toBe('granted');
    const { granted: renewed } = await asking.until(asked.request, 'is granted again', (status) => status.granted);
    expect(renewed!.expiresAt! > granted!.expiresAt!).toBe(true);

    const flag = await eventually(
      () => asking.world.catalog.flags.read(asked.product.line, 'registry', asked.exception.digest),
      'the product is flagged',
    );
    expect(flag).toMatchObject({ rule: 'policy/brief', version: '1.0.0', grantedBy: 'ann@localhost' });
    await asked.request.result();
    // What stands is told to whoever registers the next version; a new grant takes the flag away.
    const steward = commandLine(asking.world);
    expect((await steward(['exceptions', asked.product.line])).stdout).toMatch(/^no exception is in force\n[^]*flagged[^]*policy\/brief/);
  });

  it('needs what its policy asks for before anybody is asked', async () => {
    const name = 'ticketed1';
    const without = await outcomeOf(await start(name, { reason: 'because' }));
    expect(without).toMatchObject({ ended: 'PolicyViolated' });
    expect(JSON.stringify(without.report)).toContain('An exception can be asked for with a ticket');
    const asked = await asking.ask(name, { reason: 'because', ticket: 'OPS-17' });
    expect(asked.exception).toMatchObject({ reason: 'because', ticket: 'OPS-17' });
    expect(await decide(asked, 'ann@localhost')).toBe('granted');
    await outcomeOf(asked.operation);
    const [record] = await asking.world.catalog.exceptions.list(asked.product.line, 'registry');
    expect(record).toMatchObject({ ticket: 'OPS-17', reason: 'because' });
  });

  it('counts no more when its approver has left before the effect', async () => {
    const asked = await asking.ask('firstsecond1');
    const { awaiting } = await asking.until(asked.operation, 'asks both', (status) => status.awaiting.length === 2);
    const [first, second] = ['policy/first', 'policy/second'].map((rule) => asking.requestOf(awaiting.find((each) => each.rule === rule)!));
    expect(await decide(first!, 'ann@localhost')).toBe('granted');
    await asking.restart({ ...governance, suspended: ['ann@localhost'] });
    expect(await decide(second!, 'sam@localhost')).toBe('granted');
    const again = await asking.until(asked.operation, 'asks the first again', ({ awaiting: open }) => open.length === 1);
    expect(again.awaiting[0]!.digest).toBe(first!.exception.digest);
    const anew = await asking.until(first!.request, 'is asked again', (status) => status.awaiting.length === 1);
    expect(await refusal(decide(first!, 'ann@localhost'))).toContain('is in none of');
    expect(await decide(asking.requestOf(anew.awaiting[0]!), 'ben@localhost')).toBe('granted');
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
    await asking.restart(governance);
  });

  const start = async (name: string, input: object) => {
    const { smallProduct } = await import('../support/small-product.js');
    const product = smallProduct(asking.world, name, {});
    const bundle = await asking.world.uploadFiles(product.files);
    return asking.world.start('registerDataProduct', `register:${product.line}@1.0.0`, {
      bundle,
      requestedBy: 'developer@localhost',
      ...input,
    });
  };
});
