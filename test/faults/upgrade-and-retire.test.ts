import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { eventually } from '../support/eventually.js';
import { FaultWorld } from '../support/fault-world.js';
import { begin, outcomeOf, register, untilStatus } from '../support/operations.js';
import { jobsSql, smallProduct, topicsModule } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { topicNames } from '../support/world-snapshot.js';

describe('a product that runs', () => {
  let faults: FaultWorld;
  beforeAll(async () => void (faults = await FaultWorld.open()));
  afterAll(() => faults.close());

  const topics = (name: string, ...last: string[]) => topicsModule(['a', 'b', ...last].map((topic) => `${name}-${topic}`));
  const make = (name: string): SmallProduct => faults.product(name, { terraform: topics(name), sql: jobsSql('sink_a', 'sink_b') });
  const deployed = async (...products: SmallProduct[]) => {
    await register(faults.world, ...products);
    for (const run of await Promise.all(products.map((each) => begin(faults.world, 'deploy', each))))
      expect(await outcomeOf(run)).toMatchObject({ ended: 'deployed' });
    return faults.snapshot(...products);
  };

  it('is whole again in its former version when an upgrade fails at its last step, or is cancelled or terminated before it', async () => {
    const { world } = faults;
    const former = ['fails', 'cancelled', 'terminated'].map(make);
    const before = await deployed(...former);
    const later = former.map(({ name }) =>
      smallProduct(world, name, {
        version: '1.1.0',
        terraform: topics(name, 'c'),
        fields: [
          { name: 'id', type: 'string' },
          { name: 'note', type: ['null', 'string'], default: null },
        ],
        sql: jobsSql('sink_a', 'sink_b')
          .replace('INTO sink_a SELECT a FROM', 'INTO sink_a SELECT a + 1 FROM')
          .replace('INTO sink_b SELECT a FROM', 'INTO sink_b SELECT a / (a - a) FROM'),
      }),
    );
    await register(world, ...later);
    const [fails, cancelled, terminated] = (await Promise.all(later.map((each) => begin(world, 'upgrade', each)))) as [
      WorkflowHandle,
      WorkflowHandle,
      WorkflowHandle,
    ];
    const schemaDone = (handle: WorkflowHandle) =>
      untilStatus(world, handle, 'the schema is there', ({ steps }) =>
        steps.some(({ title, state }) => title === 'register schema of out' && state === 'done'),
      );
    await schemaDone(cancelled);
    await cancelled.cancel();
    await schemaDone(terminated);
    await terminated.terminate('by force');

    const outcome = await outcomeOf(fails);
    expect(outcome.ended).toMatch(/JobFailed|VerificationFailed/);
    expect(outcome.report).toMatchObject({ ended: 'compensated', remains: [] });
    expect(await outcomeOf(cancelled)).toMatchObject({ ended: 'Cancelled' });
    // A redeploy of the former version brings the world to rest and finds nothing to do.
    expect(await outcomeOf(await begin(world, 'deploy', former[2]!))).toMatchObject({ ended: 'unchanged' });
    expect(await faults.snapshot(...former)).toEqual(before);
  });

  it('is retired to the end once deletion has begun, cancelled or terminated in the middle; then it can be deployed anew', async () => {
    const { world } = faults;
    const products = ['goes', 'forced'].map(make);
    const before = await deployed(...products);
    const [goes, forced] = (await Promise.all(
      products.map((each) => begin(world, 'retire', each, { sunset: new Date().toISOString() })),
    )) as [WorkflowHandle, WorkflowHandle];
    for (const run of [goes, forced]) {
      const { awaiting } = await untilStatus(world, run, 'waits for approval', (status) => status.awaiting.length > 0);
      await run.signal('approveException', { exception: awaiting[0]!.digest, approver: 'approver@localhost' });
    }
    await Promise.all(
      [goes, forced].map(async (run, index) => {
        const last = `${world.topicPrefix}${products[index]!.name}-b`;
        await eventually(async () => !(await topicNames(world)).includes(last), 'deletion has begun');
        await (index === 0 ? run.cancel() : run.terminate('by force'));
      }),
    );
    expect(await outcomeOf(goes)).toMatchObject({ ended: 'retired' });
    const gone = { topics: {}, subjects: {}, jobs: [], states: {}, open: {} };
    expect(await faults.snapshot(products[0]!)).toMatchObject({ ...gone, instances: { [products[0]!.line]: { 1: { state: 'retired' } } } });

    expect(await outcomeOf(await begin(world, 'retire', products[1]!))).toMatchObject({ ended: 'NotDeployed' });
    expect(await faults.snapshot(products[1]!)).toMatchObject({ ...gone, instances: { [products[1]!.line]: { 1: { state: 'retired' } } } });

    for (const each of products) expect(await outcomeOf(await begin(world, 'deploy', each))).toMatchObject({ ended: 'deployed' });
    const again = await faults.snapshot(...products);
    expect({ ...again, instances: {} }).toEqual({ ...before, instances: {} });
  });
});
