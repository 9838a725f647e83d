import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unregisteredPlanWorkflowId } from '../../lifecycle/ids.js';
import type { OperationResult } from '../../lifecycle/operations.js';
import { runAction, runGitLabJob, runJenkinsStage } from '../support/pipeline.js';
import { commandLine, commandSettings, jsonOf } from '../support/command-line.js';
import { begin, outcomeOf, register } from '../support/operations.js';
import { withFolder } from '../support/product-folder.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallParts, SmallProduct } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { clearWorld } from '../support/world-snapshot.js';

const fields = [
  { name: 'id', type: 'string' },
  { name: 'more', type: 'string', default: '' },
];
const topic = (extra = ''): string =>
  `variable "topic_prefix" { type = string }\nresource "kafka_topic" "t" {\n  name = "\${var.topic_prefix}planned"\n  partitions = 1\n  replication_factor = 1\n}\n${extra}`;

/** Proves that a version is planned by the worker before it is registered, only where that is allowed and by whom, and that nothing comes of it. */
describe('the plan of a version that is not registered', () => {
  let world: StewardWorld;
  let steward: ReturnType<typeof commandLine>;
  const products: SmallProduct[] = [];

  beforeAll(async () => {
    world = await openWorld();
    world.options = {
      environment: {
        planUnregistered: true,
        groups: { platform: ['approver@localhost'], developers: ['developer@localhost'], builds: ['build@localhost', 'anonymous'] },
        starters: [
          { operations: ['*'], groups: ['developers'], domains: ['*'] },
          { operations: ['plan'], groups: ['builds'], domains: ['*'] },
        ],
      },
    };
    await world.startWorker();
    steward = commandLine(world);
  });
  afterAll(async () => {
    await clearWorld(world, products);
    await world.close();
  });
  const product = (name: string, parts: SmallParts = {}): SmallProduct => {
    const made = smallProduct(world, name, parts);
    products.push(made);
    return made;
  };
  const plan = (made: SmallProduct, args: string[] = []) =>
    withFolder(made.files, (folder) => steward(['plan', folder, '--as', 'build@localhost', '--output', 'json', ...args]));

  it('says what a new product would make; it is neither registered nor made', async () => {
    const made = product('fresh', { terraform: topic() });
    const planned = await plan(made);
    expect({ exitCode: planned.exitCode, ...jsonOf<OperationResult>(planned) }).toMatchObject({
      exitCode: 0,
      state: 'planned',
      version: '1.0.0',
      changes: expect.arrayContaining([
        expect.objectContaining({ changes: [expect.objectContaining({ action: 'create', address: 'kafka_topic.t' })] }),
      ]),
    });
    expect(await world.catalog.products.read(made.line)).toBeUndefined();
    expect(await world.catalog.environments.read(made.line, 'local')).toBeUndefined();
  });

  it('compares the next version with what runs, beside an operation of the product, and repeats as the same', async () => {
    const first = product('grown');
    await register(world, first);
    expect(await outcomeOf(await begin(world, 'deploy', first))).toMatchObject({ ended: 'deployed' });
    const next = product('grown', { version: '1.1.0', fields });
    const planned = await plan(next);
    expect(jsonOf<OperationResult>(planned)).toMatchObject({
      state: 'planned',
      version: '1.1.0',
      changes: [{ changes: [{ action: 'create', address: `subject ${first.subject} version 2` }] }],
    });
    // Its own id: it stands in no operation's way.
    const bundle = await world.uploadFiles(next.files);
    const run = await world.client.workflow.getHandle(unregisteredPlanWorkflowId('local', first.line, bundle)).describe();
    expect([run.type, run.status.name]).toEqual(['upgradeDataProduct', 'COMPLETED']);
    const versions = (await world.catalog.products.read(first.line))!.record.versions;
    expect(Object.keys(versions)).toEqual(['1.0.0']);
    expect(await outcomeOf(await begin(world, 'deploy', first))).toMatchObject({ ended: 'unchanged' });
  });

  it('lets who may only plan do nothing else', async () => {
    const made = product('guarded');
    expect(await steward(['plan', made.line])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('which version of') });
    await register(world, made);
    expect((await steward(['plan', made.line, '1.0.0', '--as', 'build@localhost'])).exitCode).toBe(0);
    const refusals = [
      ['deploy', made.line, '1.0.0'],
      ['recover', made.line],
    ].map((args) => steward([...args, '--as', 'build@localhost', '--output', 'json']));
    for (const refused of await Promise.all(refusals)) expect(jsonOf(refused)).toMatchObject({ error: { type: 'NotAllowed' } });
    expect(jsonOf(await plan(made, ['--as', 'somebody@localhost']))).toMatchObject({ error: { type: 'NotAllowed' } });
  });

  it.each([
    ['without dryRun', {}, { dryRun: undefined }, 'InvalidInput', 'dryRun has to be true'],
    ['of another version', {}, { version: '1.2.0' }, 'InvalidInput', 'was asked for'],
    ['of another product', {}, { product: 'urn:dpds:org.test:dataproducts:other' }, 'InvalidInput', 'was asked for'],
    ['that nobody has uploaded', {}, { bundle: `sha256:${'0'.repeat(64)}` }, 'NotFound', 'upload it first'],
    ['whose template reaches out', { terraform: topic('data "external" "e" { program = ["id"] }') }, {}, 'InvalidDescriptor', 'external'],
    ['for a retirement', {}, { type: 'retire' }, 'InvalidInput', 'bundle is not known'],
  ])('refuses a bundle %s', async (_, parts, { type = 'deploy', ...input }: { type?: string; [field: string]: unknown }, failure, says) => {
    const made = product('refused', parts);
    const bundle = await world.uploadFiles(made.files);
    const asked = { product: made.line, version: '1.0.0', environment: 'local', requestedBy: 'developer@localhost', dryRun: true, bundle };
    const handle = await world.start(`${type}DataProduct`, `refused:${type}:${JSON.stringify(input)}:${says}`, { ...asked, ...input });
    const { ended, message } = await outcomeOf(handle);
    expect([ended, message]).toEqual([failure, expect.stringContaining(says)]);
  });

  it('is shown by the pipelines of a pull request', async () => {
    const made = product('reviewed');
    const settings = commandSettings(world);
    await withFolder(made.files, async (cwd) => {
      const inputs = { descriptor: '.', environment: 'local', 'requested-by': 'build@localhost' };
      const ran = await runAction('ci/github/plan', inputs, { cwd, env: settings });
      expect({ exitCode: ran.exitCode, log: ran.log }).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(ran.outputs['result']!)).toMatchObject({ state: 'planned', product: made.line });
      expect(ran.summary).toMatch(/^## deploy .* 1\.0\.0 in local \(plan only, not registered\): planned$/m);
      expect(ran.summary).toContain(`create subject ${made.subject}`);
      const forbidden = await runAction('ci/github/plan', { ...inputs, 'requested-by': 'somebody@localhost' }, { cwd, env: settings });
      expect(forbidden.exitCode).toBe(4);
      const variables = { ...settings, STEWARD_DESCRIPTOR: '.', STEWARD_ENVIRONMENT: 'local' };
      const job = await runGitLabJob('ci/gitlab/steward.gitlab-ci.yml', '.steward:plan', { cwd, variables });
      expect({ exitCode: job.exitCode, log: job.log }).toMatchObject({ exitCode: 0, log: expect.stringContaining('planned') });
      const env = { ...settings, DESCRIPTOR: '.', PLAN_ENVIRONMENT: 'local', WORKSPACE_TMP: '/nowhere' };
      const stage = await runJenkinsStage('ci/jenkins/Jenkinsfile', 'Plan', { cwd, env });
      expect({ exitCode: stage.exitCode, log: stage.log }).toMatchObject({ exitCode: 0, log: expect.stringContaining('planned') });
    });
  });

  it('is refused where the environment does not say that it may', async () => {
    const other = await openWorld();
    try {
      await other.startWorker();
      const made = smallProduct(other, 'closed', {});
      const planned = await withFolder(made.files, (folder) => commandLine(other)(['plan', folder, '--output', 'json']));
      expect({ exitCode: planned.exitCode, ...jsonOf(planned) }).toMatchObject({
        exitCode: 4,
        error: { type: 'NotAllowed', message: expect.stringContaining('environments.local.planUnregistered') },
      });
    } finally {
      await other.close();
    }
  });
});
