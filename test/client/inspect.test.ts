import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withKafkaAdmin } from '../../activities/support/kafka.js';
import { JobManager } from '../../activities/executors/flink-sql/job-manager.js';
import type { InspectionResult } from '../../lifecycle/inspection.js';
import { commandLine, jsonOf } from '../support/command-line.js';
import { begin, outcomeOf, register } from '../support/operations.js';
import { jobsSql, smallProduct, topicsModule } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { stackAddresses } from '../support/stack.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { clearWorld, snapshot } from '../support/world-snapshot.js';

/** Proves that what does not work, and what is not as it was deployed, is seen and told; and that looking changes nothing. */
describe('steward inspect', () => {
  let world: StewardWorld;
  let product: SmallProduct;
  beforeAll(async () => {
    world = await openWorld();
    await world.startWorker();
    product = smallProduct(world, 'looked', { terraform: topicsModule(['looked-a', 'looked-b']), sql: jobsSql('sink_a') });
    await register(world, product);
  });
  afterAll(async () => {
    await clearWorld(world, [product]);
    await world.close();
  });
  const steward = (args: string[]) => commandLine(world)(['inspect', product.line, ...args]);
  const look = async (): Promise<InspectionResult> => jsonOf<InspectionResult>(await steward(['--output', 'json']));

  it('tells that nothing runs; then that all is well; then each thing that is not', async () => {
    expect(await steward([])).toMatchObject({ exitCode: expect.any(Number), stderr: expect.stringContaining('nothing of it runs') });

    expect(await outcomeOf(await begin(world, 'deploy', product))).toMatchObject({ ended: 'deployed' });
    const before = await snapshot(world, [product]);
    const well = await steward([]);
    expect(well).toMatchObject({ exitCode: 0 });
    expect(well.stdout).toMatch(/^healthy: \S+ 1\.0\.0 in local, deployed/m);
    expect(await look()).toMatchObject({ state: 'healthy', version: '1.0.0', beside: [] });
    expect(await snapshot(world, [product])).toEqual(before);
    expect(await steward(['9.0.0'])).toMatchObject({ stderr: expect.stringContaining('what runs is 1.0.0') });

    const { kafka, flinkRest: jobManagerUrl, flinkGateway: gatewayUrl, flinkSavepoints: savepoints } = stackAddresses();
    await withKafkaAdmin([kafka], (admin) => admin.deleteTopics({ topics: [`${world.topicPrefix}looked-b`] }));
    const drifted = await steward([]);
    expect(drifted).toMatchObject({ exitCode: 18 });
    expect(drifted.stdout).toMatch(/provision store: a deploy of the same version would\n +create kafka_topic/);

    const manager = new JobManager({ jobManagerUrl, gatewayUrl, savepoints });
    const job = (await manager.jobs()).find(({ name, state }) => state === 'RUNNING' && name.includes(product.line));
    await manager.cancel(job!.id);
    const unwell = await steward([]);
    expect(unwell).toMatchObject({ exitCode: 10 });
    expect(unwell.stdout).toMatch(/^unwell: /m);
    expect((await look()).steps.find(({ title }) => title === 'deploy app')).toMatchObject({ healthy: false });

    expect(await outcomeOf(await begin(world, 'deploy', product))).toMatchObject({ ended: 'deployed' });
    expect(await look()).toMatchObject({ state: 'healthy' });
  });
});
