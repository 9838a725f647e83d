import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FaultWorld } from '../support/fault-world.js';
import { begin, outcomeOf, register, untilStatus } from '../support/operations.js';
import { dataModule } from '../support/small-product.js';

/** Enough to look at a request before it runs out. */
const DEADLINE = '8 seconds';

describe('an exception that is not granted', () => {
  let faults: FaultWorld;
  beforeAll(async () => void (faults = await FaultWorld.open({}, { approvalDeadline: DEADLINE })));
  afterAll(() => faults.close());

  it('ends a retirement with its own failure, the announcement taken back and the world as before: rejected, withdrawn, expired', async () => {
    const { world } = faults;
    const make = (name: string) => faults.product(name, { terraform: dataModule(name) });
    const [rejected, signalled, withdrawn, expired] = [make('rejected'), make('signalled'), make('withdrawn'), make('expired')];
    const all = [rejected, signalled, withdrawn, expired];
    await register(world, ...all);
    await Promise.all(
      all.map(async (each) => expect(await outcomeOf(await begin(world, 'deploy', each))).toMatchObject({ ended: 'deployed' })),
    );
    const before = await faults.snapshot();

    const retire = async (product: (typeof all)[number]) => {
      const handle = await begin(world, 'retire', product, { sunset: new Date().toISOString() });
      const { awaiting } = await untilStatus(world, handle, 'waits for approval', (status) => status.awaiting.length > 0);
      return { handle, exception: awaiting[0]!.digest };
    };
    const [first, second, third, fourth] = await Promise.all(all.map(retire));
    const no = { approver: 'approver@localhost', comment: 'still in use' };
    await expect(
      first!.handle.executeUpdate<string, [object]>('decideException', {
        args: [{ ...no, exception: first!.exception, decision: 'reject' }],
      }),
    ).resolves.toBe('rejected');
    await second!.handle.signal('rejectException', { ...no, exception: second!.exception.slice('sha256:'.length).slice(0, 12) });
    await third!.handle.signal('withdrawRequest', { by: 'developer@localhost', reason: 'not now' });

    expect(await outcomeOf(first!.handle)).toMatchObject({ ended: 'ExceptionRejected', message: expect.stringContaining('still in use') });
    expect(await outcomeOf(second!.handle)).toMatchObject({
      ended: 'ExceptionRejected',
      message: expect.stringContaining('approver@localhost'),
    });
    expect(await outcomeOf(third!.handle)).toMatchObject({ ended: 'ExceptionWithdrawn', message: expect.stringContaining('not now') });
    expect(await outcomeOf(fourth!.handle)).toMatchObject({ ended: 'ExceptionExpired', message: expect.stringContaining('in time') });
    expect(await faults.snapshot()).toEqual(before);
    for (const { line } of all) expect((await world.catalog.products.read(line))?.record.versions['1.0.0']?.state).toBe('registered');
  });

  it('says why a message was not obeyed, and goes on waiting', async () => {
    const { world } = faults;
    const product = faults.product('ignored', { terraform: dataModule('ignored') });
    await register(world, product);
    expect(await outcomeOf(await begin(world, 'deploy', product))).toMatchObject({ ended: 'deployed' });
    const handle = await begin(world, 'retire', product, { sunset: new Date().toISOString() });
    const { awaiting } = await untilStatus(world, handle, 'waits for approval', (status) => status.awaiting.length > 0);
    await handle.signal('approveException', { exception: awaiting[0]!.digest, approver: 'developer@localhost' });
    await handle.signal('approveException');
    await handle.signal('approveException', 42);
    await untilStatus(world, handle, 'explains', ({ refused }) => refused.length >= 3 && refused.some((why) => why.includes('requester')));
    await handle.signal('approveException', { exception: awaiting[0]!.digest, approver: 'approver@localhost' });
    expect(await outcomeOf(handle)).toMatchObject({ ended: 'retired' });
    expect(await faults.snapshot(product)).toMatchObject({
      subjects: {},
      states: {},
      open: {},
      instances: { [product.line]: { 1: { state: 'retired' } } },
    });
  });
});
