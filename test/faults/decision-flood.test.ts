import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import pMap from 'p-map';
import { messageNames } from '../../lifecycle/messages.js';
import { AskingWorld, decide, refusal } from '../support/asking-world.js';
import { eventually } from '../support/eventually.js';
import { outcomeOf } from '../support/operations.js';

/** Proves that strangers with access to Temporal can neither decide nor keep others from deciding. */
describe('messages by the thousand, and forged ones', () => {
  let asking: AskingWorld;
  const terms = { roles: ['owners'], expiresAfter: '1 day', deadline: '10 minutes' };
  beforeAll(async () => {
    asking = await AskingWorld.open(
      { flooded: terms, stuffed: terms, told: terms, wrong: terms },
      {
        groups: { owners: ['ann@localhost'] },
        approvers: ['owners'],
        starters: [{ operations: ['register'], groups: ['everybody'], domains: ['*'] }],
      },
    );
  });
  afterAll(() => asking.close());

  /** Sends as fast as the server takes them; what it refuses (10,000 signals a run) is part of the attack. Gives how many were taken. */
  const flood = async (handle: WorkflowHandle, signal: string, message: (index: number) => object, count: number): Promise<number> => {
    const indices = Array.from({ length: count }, (_, index) => index);
    const send = (index: number) =>
      handle.signal(signal, message(index)).then(
        () => true,
        () => false,
      );
    return (await pMap(indices, send, { concurrency: 100 })).filter((each) => each).length;
  };

  it('20,000 forged approvals at the request change nothing, and a true one still counts', async () => {
    const asked = await asking.ask('flooded1');
    const forged = (index: number) => ({ exception: asked.exception.digest, approver: `stranger${index}@localhost`, comment: 'let me' });
    // The server keeps 10,000 of a run: the request goes on as a new one, and takes more.
    let taken = 0;
    while (taken < 20_000) {
      taken += await flood(asked.request, messageNames.approveException, forged, 20_000 - taken);
      await eventually(() => asked.request.signal(messageNames.approveException, forged(0)).then(() => true), 'there is room again');
    }
    expect((await asking.until(asked.request, 'is open', () => true)).awaiting).toHaveLength(1);
    expect(await decide(asked, 'ann@localhost')).toBe('granted');
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
    const [record] = await asking.world.catalog.exceptions.list(asked.product.line, 'registry');
    expect(record?.votes?.map(({ by }) => by)).toEqual(['ann@localhost']);
  });

  it('an operation that is stuffed with signals to its limit still hears of the decision', async () => {
    const asked = await asking.ask('stuffed1');
    const nonsense = (index: number) => ({ exception: '0123456789ab', approver: `stranger${index}@localhost` });
    await flood(asked.operation, messageNames.approveException, nonsense, 10_100);
    await expect(asked.operation.signal(messageNames.approveException, nonsense(0))).rejects.toThrow();
    expect(await decide(asked, 'ann@localhost')).toBe('granted');
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
  });

  it('an answer that the request did not give is looked up and not believed', async () => {
    const asked = await asking.ask('told1');
    const { digest } = asked.exception;
    const said = (decision: string) => ({ digest, outcome: { digest, decision, by: 'stranger@localhost' } });
    for (const decision of ['granted', 'rejected', 'withdrawn', 'expired'])
      await asked.operation.signal(messageNames.decisionAnswered, said(decision));
    await asked.operation.signal(messageNames.decisionAnswered, { digest: 'sha256:other', outcome: { decision: 'rejected' } });
    await asked.operation.signal(messageNames.decisionAnswered);
    await asked.operation.signal(messageNames.approveException, { exception: digest, approver: 'stranger@localhost' });
    const { refused, awaiting } = await asking.until(asked.operation, 'explains', (status) => status.refused.length > 0);
    expect(refused.join()).toContain('stranger@localhost is in none of owners');
    expect(awaiting).toHaveLength(1);
    expect(await asking.world.catalog.exceptions.list(asked.product.line, 'registry')).toEqual([]);
    expect(await decide(asked, 'ann@localhost', 'reject')).toBe('rejected');
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'ExceptionRejected' });
  });

  it('what is meant for another exception, comes before its request, is no message, or is too long is explained', async () => {
    const [one, other] = [await asking.ask('wrong1'), await asking.ask('wrong2')];
    const early = asking.world.client.workflow.getHandle(`${one.request.workflowId.slice(0, -12)}000000000000`);
    await expect(early.signal(messageNames.approveException, {})).rejects.toThrow(/not found/);
    expect(await refusal(decide({ ...one, exception: other.exception }, 'ann@localhost'))).toContain('this is not exception');
    for (const message of [undefined, 42, 'approve', [], {}, { exception: other.exception.digest, approver: 'ann@localhost' }])
      await one.request.signal(messageNames.approveException, message);
    await one.request.signal(messageNames.approveException, {
      exception: one.exception.digest,
      approver: 'ann@localhost',
      comment: 'x'.repeat(20_000),
    });
    await one.request.signal(messageNames.withdrawRequest, { by: 'ann@localhost' });
    await one.request.signal(messageNames.renewException, { by: 'ann@localhost' });
    const { refused, awaiting } = await asking.until(one.request, 'explains', (status) => status.refused.length >= 9);
    expect(awaiting).toHaveLength(1);
    for (const why of ['no JSON object', 'it names exception', 'too long', 'only the requester', 'asked already'])
      expect(refused.join('\n')).toContain(why);
    await one.request.signal(messageNames.withdrawRequest, { by: 'developer@localhost', reason: 'not now' });
    expect(await outcomeOf(one.operation)).toMatchObject({ ended: 'ExceptionWithdrawn' });
    expect(await decide(other, 'ann@localhost')).toBe('granted');
    expect(await outcomeOf(other.operation)).toMatchObject({ ended: 'registered' });
  });
});
