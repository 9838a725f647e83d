import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { AskingWorld, decide } from '../support/asking-world.js';
import { commandLine, jsonOf } from '../support/command-line.js';
import { eventually } from '../support/eventually.js';
import { begin, outcomeOf, register } from '../support/operations.js';
import { withFolder } from '../support/product-folder.js';
import { dataModule, smallProduct } from '../support/small-product.js';
import type { WorkerProcess } from '../support/steward-world.js';
import { clearWorld } from '../support/world-snapshot.js';

/** Proves that workers can be told apart by versions, and that runs that wait for months go on under the version that is current by then. */
describe.each(['auto-upgrade', 'pinned'] as const)('workers with versions, %s', (behavior) => {
  const deployment = 'steward';
  let asking: AskingWorld;
  let second: WorkerProcess;
  beforeAll(async () => {
    asking = await AskingWorld.open(
      { waits: { roles: ['owners'], expiresAfter: '1 day', deadline: '10 minutes' } },
      {
        groups: { owners: ['ann@localhost'] },
        approvers: ['owners'],
        starters: [{ operations: ['register'], groups: ['everybody'], domains: ['*'] }],
      },
      { versioning: { deployment, buildId: 'one', behavior } },
    );
  });
  afterAll(() => asking.close());

  const makeCurrent = (buildId: string) =>
    eventually(async () => {
      const { client, namespace } = asking.world;
      await client.workflowService.setWorkerDeploymentCurrentVersion({ namespace, deploymentName: deployment, buildId, identity: 'test' });
      return true;
    }, `version ${buildId} is current`);
  /** Build ids of the workers that did a run's workflow tasks, in order. */
  const buildsOf = async (handle: WorkflowHandle): Promise<string[]> => {
    const { events } = await handle.fetchHistory();
    const all = events!.flatMap(({ workflowTaskCompletedEventAttributes: task }) => task?.deploymentVersion?.buildId ?? []);
    return all.filter((each, at) => each !== all[at - 1]);
  };

  it('says everywhere that no version is current, and how to make one so: until then every run would wait', async () => {
    const how = 'temporal worker deployment set-current-version --deployment-name steward --build-id one';
    await eventually(async () => asking.worker.log().includes(how), 'the worker says so');
    const steward = commandLine(asking.world);
    await eventually(async () => (await steward(['bootstrap'])).stdout.includes(how), 'bootstrap says so');
    const product = smallProduct(asking.world, 'early', {});
    const refused = await withFolder(product.files, (folder) => steward(['register', folder, '--output', 'json']));
    expect([refused.exitCode, jsonOf(refused)]).toMatchObject([
      6,
      { error: { type: 'ExecutorUnavailable', message: expect.stringContaining(how) } },
    ]);

    await makeCurrent('one');
    expect((await steward(['bootstrap'])).stdout).not.toContain('set-current-version');
  });

  it(`a run that waited ${behavior === 'pinned' ? 'stays with' : 'leaves'} the version that it began with when another one is current`, async () => {
    const asked = await asking.ask('waits1');
    expect(await buildsOf(asked.operation)).toEqual(['one']);
    Object.assign(asking.world.options, { versioning: { deployment, buildId: 'two', behavior } });
    second = await asking.world.startWorker();
    expect(second.log()).not.toContain('set-current-version --deployment-name steward --build-id one');
    await makeCurrent('two');
    if (behavior === 'auto-upgrade') {
      asking.worker.kill('SIGTERM');
      await asking.worker.ended;
    }
    expect(await decide(asked, 'ann@localhost')).toBe('granted');
    expect(await outcomeOf(asked.operation)).toMatchObject({ ended: 'registered' });
    const builds = behavior === 'pinned' ? ['one'] : ['one', 'two'];
    expect(await buildsOf(asked.operation)).toEqual(builds);
    expect(await buildsOf(asked.request)).toEqual(builds);
  });

  it('a deployment finds the executors, which carry no version; a version that nobody named is the digest of the workflow code', async () => {
    const product = smallProduct(asking.world, 'runs', { terraform: dataModule('runs') });
    await register(asking.world, product);
    const run = await begin(asking.world, 'deploy', product);
    expect(await outcomeOf(run)).toMatchObject({ ended: 'deployed' });
    expect(await buildsOf(run)).toEqual(['two']);
    await clearWorld(asking.world, [product]);

    Object.assign(asking.world.options, { versioning: { deployment, behavior } });
    const third = await asking.world.startWorker();
    await eventually(
      async () => /version two of .* is current, not this one \([0-9a-f]{12}\)/.test(third.log()),
      'it says which one it is',
    );
  });
});
