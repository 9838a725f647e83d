import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import type { JudgedFinding } from '../../lifecycle/engine.js';
import type { RegisterResult } from '../../lifecycle/operations.js';
import type { PolicyFinding } from '../../policies/index.js';
import { commandLine, jsonOf } from '../support/command-line.js';
import { begin, outcomeOf, register, untilStatus } from '../support/operations.js';
import { withFolder } from '../support/product-folder.js';
import { dataModule, smallProduct } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld, WorkerProcess } from '../support/steward-world.js';
import { clearWorld } from '../support/world-snapshot.js';

const policy = (name: string, changes: object) => ({
  name,
  version: '1.0.0',
  description: 'A policy of the tests.',
  owner: 'platform',
  points: ['plan'],
  severity: 'blocking',
  life: 'enforced',
  validations: [{ expression: 'false', message: 'Not without a word.', evidence: '[operation]' }],
  ...changes,
});

describe('policies of the platform', () => {
  let world: StewardWorld;
  let worker: WorkerProcess;
  let home: string;
  const products: SmallProduct[] = [];
  const make = (name: string, version = '1.0.0'): SmallProduct => {
    const made = smallProduct(world, name, { terraform: dataModule(name + version), version });
    products.push(made);
    return made;
  };
  /** A folder of policies of its own. */
  const folderOf = async (name: string, ...policies: { name: string }[]): Promise<string> => {
    const folder = join(home, name);
    await mkdir(folder);
    for (const each of policies) await writeFile(join(folder, `${each.name}.yaml`), stringify(each));
    return folder;
  };
  const restart = async (folder: string): Promise<void> => {
    worker?.kill('SIGTERM');
    await worker?.ended;
    world.options.policies = { folder };
    worker = await world.startWorker();
  };
  beforeAll(async () => {
    world = await openWorld();
    home = await mkdtemp(join(tmpdir(), 'steward-policies-'));
  });
  afterAll(async () => {
    await clearWorld(world, products);
    await world.close();
    await rm(home, { recursive: true });
  });

  it('say the same at the command line and on the worker: findings and digest', async () => {
    const told = policy('no-small-products', {
      points: ['register'],
      severity: 'advisory',
      validations: [
        {
          each: '/product/interfaceComponents/outputPorts',
          expression: 'false',
          message: 'No.',
          messageExpression: '"Port " + item.name + " is small."',
        },
      ],
    });
    const folder = await folderOf('same', told);
    await restart(folder);
    const steward = commandLine(world);
    await withFolder(make('same').files, async (product) => {
      const checked = await steward(['check', product, '--policies', folder, '--as', 'developer@localhost', '--output', 'json']);
      expect(checked.exitCode).toBe(0);
      const here = jsonOf<{ verdict: string; policies: string; findings: PolicyFinding[] }>(checked);
      expect(here.findings.map(({ rule }) => rule)).toContain('policy/no-small-products');
      const dry = await steward(['register', product, '--as', 'developer@localhost', '--dry-run', '--output', 'json']);
      const there = jsonOf<RegisterResult>(dry).findings.filter(({ rule }) => rule.startsWith('policy/')) as JudgedFinding[];
      const plain = ({ policyDigest: _, evidence: __, ...finding }: PolicyFinding) => finding;
      expect(there).toEqual(here.findings.map(plain));
    });
  });

  it('bind a run from its start to its end: what was asked under one bundle is not judged by another', async () => {
    const askable = policy('ask', { exceptions: { roles: [], expiresAfter: '1 day' }, match: { operations: ['deploy'] } });
    await restart(await folderOf('first', askable));
    const [waiting, late] = [make('waiting'), make('late')];
    await register(world, waiting, late);
    const run = await begin(world, 'deploy', waiting);
    const { awaiting } = await untilStatus(world, run, 'asks', (status) => status.awaiting.length > 0);
    expect(awaiting[0]).toMatchObject({ message: 'Not without a word.', evidence: ['deploy'] });

    await restart(await folderOf('second', policy('never', {})));
    await run.signal('approveException', { exception: awaiting[0]!.digest, approver: 'approver@localhost' });
    expect(await outcomeOf(run)).toMatchObject({ ended: 'deployed' });
    expect(await outcomeOf(await begin(world, 'deploy', late))).toMatchObject({ ended: 'PolicyViolated' });
    const [evidence] = (await world.catalog.evidence.list(waiting.line)).filter((key) => key.endsWith('-deploy.json'));
    const { policies } = await world.catalog.evidence.read<{ policies: `sha256:${string}` }>(evidence!);
    expect(JSON.stringify(await world.catalog.blobs.getJson(policies))).toContain('"name":"ask"');
  });

  it('that come with Steward ask before a version is taken back', async () => {
    await restart(await folderOf('none'));
    const [one, two] = [make('back'), make('back', '1.1.0')];
    await register(world, one);
    expect(await outcomeOf(await begin(world, 'deploy', one))).toMatchObject({ ended: 'deployed' });
    await register(world, two);
    expect(await outcomeOf(await begin(world, 'upgrade', two))).toMatchObject({ ended: 'upgraded' });
    const back = await begin(world, 'upgrade', one);
    const { awaiting } = await untilStatus(world, back, 'asks', (status) => status.awaiting.length > 0);
    expect(awaiting.map(({ rule, evidence }) => [rule, evidence])).toEqual([
      ['policy/rollback-needs-approval', ['from 1.1.0', 'to 1.0.0']],
    ]);
    await back.signal('approveException', { exception: awaiting[0]!.digest, approver: 'approver@localhost' });
    expect(await outcomeOf(back)).toMatchObject({ ended: 'upgraded' });
  });

  it('that cannot be used keep a worker from starting, and a command from judging', async () => {
    const folder = await folderOf('broken', { name: 'broken' });
    world.options.policies = { folder };
    await expect(world.startWorker()).rejects.toThrow(/InvalidInput[^]*broken\.yaml: policy must have required property/);
    const steward = commandLine(world);
    const test = await steward(['policy', 'test', folder]);
    expect(test).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('broken.yaml: policy must have required property') });
    expect(await steward(['policy', 'test', join(home, 'nowhere')])).toMatchObject({ exitCode: 1 });
    const own = await steward(['policy', 'test']);
    expect(own).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/(\d+) of \1 cases hold$/) });
  });
});
