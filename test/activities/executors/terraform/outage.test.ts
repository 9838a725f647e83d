import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '../../../../activities/support/abortable-wait.js';
import { Failure } from '../../../../lifecycle/failures.js';
import { startCuttingProxy, type CuttingProxy } from '../../../support/cutting-proxy.js';
import { stackAddresses } from '../../../support/stack.js';
import { TerraformWorld, topicsHcl } from './terraform-world.js';

/** Proves that systems that are down, at the start or in the middle, cost time and nothing else. */
describe('terraform, with systems down', () => {
  let world: TerraformWorld;
  let store: CuttingProxy;
  let broker: CuttingProxy;
  beforeEach(async () => {
    store = await startCuttingProxy(new URL(stackAddresses().s3.endpoint).host);
    broker = await startCuttingProxy(stackAddresses().kafka);
    world = await new TerraformWorld({ endpoint: `http://${store.address}` }).ready();
  });
  afterEach(async () => {
    await world.close();
    await store.close().catch(() => undefined);
    await broker.close().catch(() => undefined);
  });

  it('pushes the state that could not be uploaded, of the same lineage, and releases the lock that was left', async () => {
    const topics = ['a', 'b'].map((name) => world.topic(name));
    await world.step({ to: world.task(topicsHcl([topics[0]!])) }).run();
    const step = world.step({ from: world.task(topicsHcl([topics[0]!])), to: world.task(topicsHcl(topics)) });
    await step.preview();
    step.attempts = 1;
    const failing = step.apply().catch((error: unknown) => error);
    await waitUntil(async () => step.said.find((said) => said.startsWith('0 of 1 resources, ')), { everyMs: 20, withinMs: 60_000 });
    await store.down();
    await expect(failing).resolves.toMatchObject({ type: 'SystemUnavailable' });
    await expect(step.probe()).resolves.toMatchObject({ state: 'unreachable' });
    await store.up();
    expect(await world.store.get(`${world.stateKey}.tflock`)).toBeDefined();
    expect(await world.stateText()).not.toContain(topics[1]);

    await expect(step.on(world.executor()).apply('apply', { attempt: 2 })).resolves.toEqual({ topics });
    expect(await world.stateText()).toContain(topics[1]);
    expect(await world.store.get(`${world.stateKey}.tflock`)).toBeUndefined();
  });

  it('tells that the object store is down, before any effect', async () => {
    const step = world.step({ to: world.task(topicsHcl([world.topic('a')])) });
    step.attempts = 1;
    await store.down();
    await expect(step.preview()).rejects.toMatchObject({ type: 'SystemUnavailable' });
    await store.up();
  });

  it('tells that the broker is down, and probes it as unreachable', async () => {
    const away = await new TerraformWorld({ product: world.product, bootstrapServers: [broker.address] }).ready();
    const step = away.step({ to: away.task(topicsHcl([world.topic('a')])) });
    await world.step({ to: world.task(topicsHcl([world.topic('a')])) }).run();
    await step.preview();
    step.attempts = 1;
    await broker.down();
    await expect(step.probe()).resolves.toMatchObject({ state: 'unreachable', healthy: false });
    await expect(step.preview()).rejects.toMatchObject({ type: 'SystemUnavailable' });
  });

  it('has no effect once another operation has taken over', async () => {
    const step = world.step({ to: world.task(topicsHcl([world.topic('a')])) });
    await step.preview();
    const assertFence = (): Promise<void> => Promise.reject(new Failure('Superseded', 'another operation holds the record'));
    await expect(step.apply('apply', { assertFence })).rejects.toMatchObject({ type: 'Superseded' });
    expect(await world.existing()).toEqual([]);
    expect(await world.stateText()).toBeUndefined();
  });

  it('brings a removed version back, empty, and says what is lost', async () => {
    const [a, b] = [world.topic('a'), world.topic('b')];
    const task = world.task(topicsHcl([a, b]));
    await world.step({ to: task }).run();
    const removal = world.step({ from: task });
    await removal.preview();
    await removal.apply('finalise');
    expect(await world.existing()).toEqual([]);
    expect(await removal.revert()).toMatchObject([
      { address: 'kafka_topic.a' },
      { address: 'kafka_topic.b', reason: expect.stringContaining('records it held are lost') },
    ]);
    expect(await world.existing()).toEqual([a, b]);
  });
});
