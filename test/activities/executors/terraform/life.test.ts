import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { TerraformWorld, topicsHcl } from './terraform-world.js';

/** Proves the life of an infrastructure on the real Terraform, object store and broker: created, unchanged, drifted, upgraded, removed. */
describe('terraform, from nothing to nothing', () => {
  let world: TerraformWorld;
  beforeAll(async () => void (world = await new TerraformWorld().ready()));
  afterAll(() => world.close());

  it('creates, sees nothing to do, restores what drifted, withholds deletes until finalise, and leaves nothing behind', async () => {
    const [a, b, c] = [world.topic('a'), world.topic('b'), world.topic('c')];
    const first = world.task(topicsHcl([a, b]));

    const deploy = world.step({ to: first });
    const preview = await deploy.preview();
    expect(preview.changes.map(({ address, action, phase, dataLoss, undo }) => ({ address, action, phase, dataLoss, undo }))).toEqual([
      { address: 'kafka_topic.a', action: 'create', phase: 'apply', dataLoss: false, undo: 'exact' },
      { address: 'kafka_topic.b', action: 'create', phase: 'apply', dataLoss: false, undo: 'exact' },
    ]);
    expect(preview.digest).toBe((await world.step({ to: first }).preview()).digest);
    expect(await world.existing()).toEqual([]);
    await expect(deploy.probe()).resolves.toMatchObject({ state: 'from', healthy: false });
    await expect(deploy.apply()).resolves.toEqual({ topics: [a, b] });
    expect(deploy.said).toContain('2 of 2 resources, kafka_topic.b');
    await expect(deploy.probe()).resolves.toMatchObject({ state: 'to', healthy: true });
    expect(await world.existing()).toEqual([a, b]);

    const again = world.step({ from: first, to: first });
    expect((await again.preview()).changes).toEqual([]);

    await world.deleteTopics(a);
    const drifted = world.step({ from: first, to: first });
    expect((await drifted.preview()).changes).toMatchObject([{ address: 'kafka_topic.a', action: 'create' }]);
    await drifted.apply();
    expect(await world.existing()).toEqual([a, b]);

    const second = world.task(topicsHcl([b, c]));
    const upgrade = world.step({ from: first, to: second });
    expect((await upgrade.preview()).changes).toMatchObject([
      { address: 'kafka_topic.a', action: 'delete', phase: 'finalise', dataLoss: true, undo: 'none' },
      { address: 'kafka_topic.c', action: 'create', phase: 'apply' },
    ]);
    await upgrade.apply('apply');
    expect(await world.existing()).toEqual([a, b, c]);
    await expect(upgrade.probe('apply')).resolves.toMatchObject({ state: 'to' });
    await expect(upgrade.probe('finalise')).resolves.toMatchObject({ state: 'between' });
    await upgrade.apply('finalise');
    expect(await world.existing()).toEqual([b, c]);

    const removal = world.step({ from: second });
    expect((await removal.preview()).changes).toMatchObject([
      { address: 'kafka_topic.b', action: 'delete', phase: 'finalise', dataLoss: true },
      { address: 'kafka_topic.c', action: 'delete', phase: 'finalise', dataLoss: true },
    ]);
    await removal.apply('apply');
    expect(await world.existing()).toEqual([b, c]);
    await removal.apply('finalise');
    expect(await world.existing()).toEqual([]);
    expect(await world.stateText()).toBeUndefined();
    expect(await world.store.keys(world.stateKey.replace('terraform.tfstate', ''))).toEqual([]);
    await expect(removal.probe('finalise')).resolves.toMatchObject({ state: 'to' });
    expect(readdirSync(world.scratch).flatMap((group) => readdirSync(`${world.scratch}/${group}`))).toEqual([]);
  });
});
