import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { registerWorkflowId } from '../../lifecycle/ids.js';
import type { JudgedFinding } from '../../lifecycle/engine.js';
import type { RegisterResult } from '../../lifecycle/operations.js';
import type { PolicyFinding } from '../../policies/index.js';
import { commandLine, jsonOf } from '../support/command-line.js';
import { eventually } from '../support/eventually.js';
import { startOpa, type OpaServer } from '../support/opa.js';
import { outcomeOf } from '../support/operations.js';
import { withFolder } from '../support/product-folder.js';
import { smallProduct } from '../support/small-product.js';
import { openWorld, type StewardWorld, type WorkerProcess } from '../support/steward-world.js';

const policy = {
  name: 'names-its-ports',
  version: '1.0.0',
  description: 'A policy of the tests.',
  owner: 'platform',
  links: [{ title: 'Why', url: 'https://example.org/why' }],
  points: ['register'],
  severity: 'advisory',
  life: 'enforced',
  rego: 'ports.rego',
};
const module = `package policies

deny contains {
	"pointer": sprintf("/interfaceComponents/outputPorts/%d", [index]),
	"message": sprintf("%s asks for the port %s at %s.", [input.request.requestedBy, port.name, input.point]),
	"evidence": [port.name],
} if some index, port in input.product.interfaceComponents.outputPorts
`;

const token = 'a-token-of-the-tests';
const authz = `package system.authz\n\ndefault allow := false\n\nallow if input.identity == "${token}"\n`;

describe('policies in Rego', () => {
  let world: StewardWorld;
  let worker: WorkerProcess;
  let home: string;
  let opa: OpaServer;
  let steward: ReturnType<typeof commandLine>;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'steward-rego-'));
    await writeFile(join(home, 'names-its-ports.yaml'), stringify(policy));
    await writeFile(join(home, 'ports.rego'), module);
    await writeFile(
      join(home, 'names-its-ports.cases.yaml'),
      stringify({ cases: [{ says: 'a product without ports has none to name', point: 'register', expect: [] }] }),
    );
    await writeFile(join(home, 'authz.rego'), authz);
    opa = await startOpa('--authentication', 'token', '--authorization', 'basic', join(home, 'authz.rego'));
    world = await openWorld();
    world.options.policies = { folder: home, opa: { url: opa.url, token: 'env:OPA_TOKEN' } };
    worker = await world.startWorker({ OPA_TOKEN: token });
    steward = commandLine(world);
  });
  afterAll(async () => {
    await world?.close();
    await opa?.stop();
    await rm(home, { recursive: true });
  });

  it('say the same at the command line and on the worker: findings and digest', async () => {
    await withFolder(smallProduct(world, 'same', {}).files, async (product) => {
      const args = ['check', product, '--policies', home, '--as', 'developer@localhost', '--output', 'json', '--opa', opa.url];
      const checked = await steward(args, { env: { STEWARD_OPA_TOKEN: token } });
      expect(checked).toMatchObject({ exitCode: 0, stderr: '' });
      const here = jsonOf<{ findings: PolicyFinding[] }>(checked);
      expect(here.findings.map(({ rule }) => rule)).toContain('policy/names-its-ports');
      const dry = await steward(['register', product, '--as', 'developer@localhost', '--dry-run', '--output', 'json']);
      const there = jsonOf<RegisterResult>(dry).findings.filter(({ rule }) => rule.startsWith('policy/')) as JudgedFinding[];
      const plain = ({ policyDigest: _, evidence: __, ...finding }: PolicyFinding) => finding;
      expect(JSON.stringify(there)).toBe(JSON.stringify(here.findings.map(plain)));
      expect(worker.log()).not.toContain(token);
    });
  });

  it('are told at the command line without a server, with a wrong token, and with one that is down', async () => {
    await withFolder(smallProduct(world, 'told', {}).files, async (product) => {
      const check = (...more: string[]) => steward(['check', product, '--policies', home, ...more]);
      expect(await check()).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(/the policy names-its-ports is written in Rego \(ports\.rego\): name an OPA server by --opa/),
      });
      expect(await check('--opa', opa.url)).toMatchObject({ exitCode: 11, stderr: expect.stringContaining(`${opa.url} denied access`) });
      const down = await check('--opa', 'http://127.0.0.1:1');
      expect(down).toMatchObject({ exitCode: 11, stderr: expect.stringContaining('OPA at http://127.0.0.1:1 does not answer') });
      expect(down.stderr).toContain('name another one by --opa');
      expect(await check('--opa', '127.0.0.1:8181')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('takes an address') });
      expect((await check('--opa', `http://a:${token}@127.0.0.1:1`)).stderr).not.toContain(token);
    });
    const list = await steward(['policy', 'list', home]);
    expect(list.stdout).toContain('Owner: platform\n    Why: https://example.org/why');
  });

  it('have cases that `steward policy test` runs', async () => {
    const test = await steward(['policy', 'test', home, '--opa', opa.url], { env: { STEWARD_OPA_TOKEN: token } });
    expect(test).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 of 1 cases hold') });
    expect(await steward(['policy', 'test', home])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('by --opa') });
  });

  it('keep a run waiting while OPA is down, and a worker without one from starting', async () => {
    await opa.stop();
    const { line, version, files } = smallProduct(world, 'waits', {});
    const bundle = await world.uploadFiles(files);
    const run = await world.start('registerDataProduct', registerWorkflowId(line, version), { bundle });
    await eventually(async () => {
      const { raw } = await run.describe();
      return raw.pendingActivities?.some(({ attempt, lastFailure }) => Number(attempt) > 1 && lastFailure?.message?.includes(opa.url));
    }, 'the judgement is tried again');
    await opa.start();
    expect(await outcomeOf(run)).toMatchObject({ ended: 'registered' });

    world.options.policies = { folder: home };
    await expect(world.startWorker()).rejects.toThrow(
      /InvalidInput[^]*the policy names-its-ports is written in Rego \(ports\.rego\), and policies\.opa\.url names no OPA server/,
    );
  });
});
