import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CuttingProxy, Cut } from '../support/cutting-proxy.js';
import { FaultWorld, NthRequest } from '../support/fault-world.js';
import { begin, outcomeOf, register, untilStatus } from '../support/operations.js';
import { dataModule, jobsSql, topicsModule } from '../support/small-product.js';
import { renamed } from '../support/world-snapshot.js';

const statement = /^POST \/v1\/sessions\/[^/]+\/statements/;

describe('a system that is down', () => {
  let faults: FaultWorld;
  beforeAll(
    async () =>
      void (faults = await FaultWorld.open({ planPatience: '4 seconds', applyPatience: '4 seconds', undoPatience: '30 seconds' })),
  );
  afterAll(() => faults.close());

  const product = (name: string) =>
    faults.product(name, {
      terraform: dataModule(name) + topicsModule([`${name}-a`]).replace(/variable "topic_prefix" \{[^}]*\}/, ''),
      sql: jobsSql('sink_a'),
    });

  it('at the start and not back in time is named, and nothing is changed; back, the same product deploys', async () => {
    const { world } = faults;
    const [noBroker, noRegistry, noFlink, calm] = [product('broker'), product('registry'), product('flink'), product('calm')];
    await register(world, noBroker, noRegistry, noFlink, calm);
    expect(await outcomeOf(await begin(world, 'deploy', calm))).toMatchObject({ ended: 'deployed' });
    const undisturbed = await faults.snapshot(calm);
    const cases = [
      [noRegistry, faults.registry, /schema registry/i],
      [noFlink, faults.gateway, /flink/i],
      [noBroker, faults.kafka, /kafka/i],
    ] as const;
    for (const [down, proxy, system] of cases) {
      await proxy.down();
      const outcome = await outcomeOf(await begin(world, 'deploy', down));
      expect(outcome).toMatchObject({ ended: expect.stringMatching(/SystemUnavailable|TerraformFailed/), report: { ended: 'refused' } });
      expect(outcome.message).toMatch(system);
      await proxy.up();
      expect(await faults.snapshot(down)).toMatchObject({ topics: {}, subjects: {}, jobs: [], states: {}, open: {}, instances: {} });
      expect(await outcomeOf(await begin(world, 'deploy', down))).toMatchObject({ ended: 'deployed' });
      expect(renamed(await faults.snapshot(down), down, calm)).toEqual(undisturbed);
    }
  });

  it('in the middle and back within patience changes nothing about the end; not back, all is undone when it is', async () => {
    const { world, registry, gateway, store } = faults;
    const [still, back, gone, stored] = [product('still'), product('back'), product('gone'), product('stored')];
    await register(world, still, back, gone, stored);
    const count = new NthRequest(statement);
    gateway.cut('lose-answer', { request: count });
    expect(await outcomeOf(await begin(world, 'deploy', still))).toMatchObject({ ended: 'deployed' });
    const undisturbed = await faults.snapshot(still);
    const lastStatement = count.seen;

    const registryDown = downAt(registry, 'lose-request', new RegExp(`^POST /subjects/${back.subject}/versions `));
    const first = await begin(world, 'deploy', back);
    await registryDown;
    await registry.up();
    expect(await outcomeOf(first)).toMatchObject({ ended: 'deployed' });
    expect(renamed(await faults.snapshot(back), back, still)).toEqual(undisturbed);

    // The taking of the record: it has its effect, and its answer is lost.
    const storeDown = downAt(store, 'lose-answer', /^PUT \/.*environments\/local\/environment\.json/);
    const second = await begin(world, 'deploy', stored);
    await storeDown;
    await store.up();
    expect(await outcomeOf(second)).toMatchObject({ ended: 'deployed' });
    expect(renamed(await faults.snapshot(stored), stored, still)).toEqual(undisturbed);

    const gatewayDown = downAt(gateway, 'lose-request', new NthRequest(statement, lastStatement));
    const third = await begin(world, 'deploy', gone);
    await gatewayDown;
    await untilStatus(world, third, 'turns back', ({ state }) => state.startsWith('turning back'));
    await gateway.up();
    const outcome = await outcomeOf(third);
    expect(outcome).toMatchObject({ ended: 'SystemUnavailable', report: { ended: 'compensated', step: 'deploy app', remains: [] } });
    expect(outcome.message).toMatch(/flink/i);
    expect(await faults.snapshot(gone)).toMatchObject({ topics: {}, subjects: {}, jobs: [], states: {}, open: {}, instances: {} });
  });

  /** Resolves when the system has gone down at the first request that matches. */
  const downAt = (proxy: CuttingProxy, kind: Cut, request: RegExp): Promise<void> =>
    new Promise((resolve) => {
      proxy.cut(kind, {
        request,
        meanwhile: async () => {
          await proxy.down();
          resolve();
        },
      });
    });
});
