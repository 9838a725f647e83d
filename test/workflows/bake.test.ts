import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FaultWorld } from '../support/fault-world.js';
import { begin, outcomeOf, register, untilStatus } from '../support/operations.js';
import { dataModule } from '../support/small-product.js';
import { registry } from '../support/world-snapshot.js';

/** Proves that what was changed has to stay well for the environment's bake time, and is taken back as a whole where it does not. */
describe('the bake time', () => {
  let faults: FaultWorld;
  beforeAll(async () => void (faults = await FaultWorld.open({}, { bakeTime: '6 seconds' })));
  afterAll(() => faults.close());

  const baking = async (name: string) => {
    const product = faults.product(name, { terraform: dataModule(name) });
    await register(faults.world, product);
    const before = await faults.snapshot(product);
    const run = await begin(faults.world, 'deploy', product);
    await untilStatus(faults.world, run, 'bakes', ({ state }) => state.startsWith('bake time until'));
    return { product, before, run };
  };

  it('ends well for what stays well, a worker that dies meanwhile included; its end is told from the start on', async () => {
    const { run, product } = await baking('stays');
    const { state, since } = (await faults.world.status(run))!;
    expect(Date.parse(state.replace('bake time until ', '')) - Date.parse(since)).toBe(6_000);
    await faults.kill();
    await faults.restart();
    expect(await outcomeOf(run)).toMatchObject({ ended: 'deployed' });
    const again = await begin(faults.world, 'deploy', product);
    expect(await outcomeOf(again)).toMatchObject({ ended: 'unchanged' });
  });

  it('takes all back when something is not as it was made at two looks in a row, and tells what', async () => {
    const { run, product, before } = await baking('fails');
    await registry(`/subjects/${product.subject}`, { method: 'DELETE' });
    await registry(`/subjects/${product.subject}?permanent=true`, { method: 'DELETE' });
    const { ended, message, report } = await outcomeOf(run);
    expect(ended).toBe('VerificationFailed');
    expect(message).toMatch(/not well during its bake time: register schema of out is in state/);
    expect(report).toMatchObject({ ended: 'compensated', remains: [] });
    expect(await faults.snapshot(product)).toEqual(before);
  });

  it('can be cancelled', async () => {
    const { run, product, before } = await baking('leaves');
    await run.cancel();
    expect(await outcomeOf(run)).toMatchObject({ ended: 'Cancelled' });
    expect(await faults.snapshot(product)).toEqual(before);
  });
});
