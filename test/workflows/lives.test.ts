import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { localPeople } from '../../local/steward-config.js';
import { begin, outcomeOf, register, untilStatus } from '../support/operations.js';
import { dataModule, smallProduct } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';

describe('the lives of a product', () => {
  let world: StewardWorld;
  beforeAll(async () => {
    world = await openWorld();
    await world.startWorker();
  });
  afterAll(() => world.close());

  it('need an approval each: what was granted in one life does not count in the next', async () => {
    const product = smallProduct(world, 'phoenix', { terraform: dataModule('phoenix') });
    await register(world, product);
    const exceptions = new Set<string>();
    for (const life of [1, 2]) {
      expect(await outcomeOf(await begin(world, 'deploy', product))).toMatchObject({ ended: 'deployed' });
      const handle = await begin(world, 'retire', product, { sunset: new Date().toISOString() });
      const { awaiting } = await untilStatus(world, handle, `waits for approval in life ${life}`, (status) => status.awaiting.length > 0);
      const exception = awaiting[0]!.digest;
      exceptions.add(exception);
      await handle.signal('approveException', { exception, approver: localPeople.approver });
      expect(await outcomeOf(handle)).toMatchObject({ ended: 'retired' });
    }
    expect(exceptions.size).toBe(2);
  });
});
