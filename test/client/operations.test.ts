import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OperationResult } from '../../lifecycle/operations.js';
import { commandLine, jsonOf, outputOf } from '../support/command-line.js';
import type { RunningCommand } from '../support/command-line.js';
import { eventually } from '../support/eventually.js';
import { register } from '../support/operations.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallParts, SmallProduct } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { clearWorld } from '../support/world-snapshot.js';

const as = ['--as', 'developer@localhost'];

describe('deploy, plan, upgrade, retire and recover at the command line', () => {
  let world: StewardWorld;
  let steward: ReturnType<typeof commandLine>;
  const products: SmallProduct[] = [];
  const gate = (name: string) => join(world.scratch, `${name}.gate`);
  const open = (name: string) => writeFile(gate(name), '');

  beforeAll(async () => {
    world = await openWorld();
    // Builds that wait for somebody: what happens meanwhile happens in the middle of an operation.
    const waits = (name: string) => ({
      program: '/bin/sh',
      arguments: ['-c', `until [ -e ${gate(name)} ]; do sleep 0.1; done`],
      effects: 'none',
      timeoutSeconds: 60,
    });
    const commands = Object.fromEntries(['detached', 'held', 'cancelled', 'killed'].map((name) => [name, waits(name)]));
    const talks = { ...waits('talking'), arguments: ['-c', `echo 3 of 9 parts; until [ -e ${gate('talking')} ]; do sleep 0.1; done`] };
    world.options = { environment: { commands: { ...commands, talks } } };
    await world.startWorker();
    steward = commandLine(world);
  });
  afterAll(async () => {
    await clearWorld(world, products);
    await world.close();
  });

  const registered = async (name: string, ...all: SmallParts[]): Promise<SmallProduct> => {
    const made = (all.length > 0 ? all : [{}]).map((parts) => smallProduct(world, name, parts));
    for (const each of made) await register(world, each);
    products.push(made[0]!);
    return made[0]!;
  };
  /** A deployment that is in the middle of its build. */
  const inTheMiddle = async (name: string, args: string[] = []): Promise<{ running: RunningCommand; seen: () => string; line: string }> => {
    const { line } = await registered(name, { command: name });
    const running = steward(['deploy', line, '1.0.0', ...as, ...args]);
    const seen = outputOf(running);
    await eventually(async () => /▸ build app/.test(seen()), 'the build runs');
    return { running, seen, line };
  };
  const held = async (line: string) => (await world.catalog.environments.read(line, 'local'))?.record.operation;

  it('tells what a long step says of itself', async () => {
    const { line } = await registered('talking', { command: 'talks' });
    const running = steward(['deploy', line, '1.0.0', ...as]);
    const seen = outputOf(running);
    await eventually(async () => /^ {4}build app: 3 of 9 parts \([0-9.]+ s\)$/m.test(seen()), 'what the build says is told');
    await open('talking');
    expect((await running).exitCode).toBe(0);
  });

  it('shows link, progress and result; plans change nothing; every state answers for itself', async () => {
    const { line, subject } = await registered(
      'life',
      {},
      {
        version: '1.1.0',
        fields: [
          { name: 'id', type: 'string' },
          { name: 'more', type: 'string', default: '' },
        ],
      },
    );

    const planned = await steward(['plan', line, '1.0.0', '--output', 'json']);
    expect(planned.exitCode).toBe(0);
    expect(jsonOf<OperationResult>(planned)).toMatchObject({
      state: 'planned',
      changes: [{ changes: [{ action: 'create' }, { action: 'create' }] }],
    });
    expect((await steward(['deploy', line, '1.0.0', '--dry-run'])).stdout).toMatch(/^planned, nothing was done: /m);
    expect((await world.catalog.environments.read(line, 'local'))?.record.instances ?? {}).toEqual({});

    const deployed = await steward(['deploy', line, '1.0.0', ...as]);
    expect(deployed).toMatchObject({ exitCode: 0, stderr: '' });
    const lines = deployed.stdout.split('\n');
    expect(lines[0]).toMatch(new RegExp(`^http://.*/workflows/${encodeURIComponent(`deploy:local:${line}`)}/[0-9a-f-]{36}$`));
    // Which state the first look meets depends on how quick the worker was.
    expect(lines[1]).toMatch(/^deploy .* 1\.0\.0 in local: (reading the request|planning)$/);
    expect(deployed.stdout).toMatch(/^ {2}✓ register schema of out \(schema-registry, .*\)$/m);
    expect(deployed.stdout).toContain(`    create subject ${subject}`);
    expect(lines.at(-1)).toMatch(new RegExp(`^deployed: ${line} 1.0.0 in local \\([0-9.]+ s\\)$`));

    const again = await steward(['deploy', line, '1.0.0', ...as, '--output', 'json']);
    expect(jsonOf(again)).toMatchObject({ state: 'unchanged' });
    expect(again.stderr).toMatch(/^http:.*\ndeploy .* in local: /);
    const upgraded = await steward(['upgrade', line, '1.1.0', ...as, '--output', 'json']);
    expect(jsonOf(upgraded)).toMatchObject({ state: 'upgraded', version: '1.1.0' });

    const refusals = [
      { args: ['deploy', line, '1.0.0'], exit: 3, type: 'UseUpgrade' },
      { args: ['deploy', line, '9.9.9'], exit: 3, type: 'UnknownVersion' },
      { args: ['deploy', 'no-product', '1.0.0'], exit: 3, type: 'UnknownProduct' },
      { args: ['deploy', line, '1.0.0', '-e', 'moon'], exit: 3, type: 'UnknownEnvironment' },
      { args: ['retire', line, '1.1.0', '--sunset', 'soon'], exit: 2, type: 'InvalidInput' },
    ];
    for (const { args, exit, type } of refusals) {
      const refused = await steward([...args, '--output', 'json']);
      expect(refused.exitCode).toBe(exit);
      expect(jsonOf(refused)).toMatchObject({ error: { type, exit, message: expect.any(String), next: expect.any(String) } });
    }
    expect((await steward(['deploy', 'no-product', '1.0.0'])).stderr).toMatch(
      /^UnknownProduct: .*registered: .*\nNext: Register the product first/,
    );

    const clean = await steward(['recover', line, '--output', 'json']);
    expect(jsonOf(clean)).toMatchObject({ state: 'clean', product: line });

    const listed = await steward(['status', line, '--output', 'json']);
    const { runs } = jsonOf<{ runs: { workflowId: string; status: string; state: string }[] }>(listed);
    expect(runs.filter(({ status }) => status === 'FAILED').length).toBeGreaterThanOrEqual(3);
    expect(runs).toEqual(expect.arrayContaining([expect.objectContaining({ workflowId: `upgrade:local:${line}`, state: 'upgraded' })]));
    expect((await steward(['status'])).stdout).toContain(`upgraded`);
    const one = await steward(['status', `upgrade:local:${line}`]);
    expect(one.stdout).toMatch(/: upgraded after [^]*✓ register schema of out/);
    expect(await steward(['status', 'deploy:local:nothing'])).toMatchObject({ exitCode: 3 });
  });

  it('detaches on Ctrl-C: the operation goes on, and the message says how to come back', async () => {
    const { running, line } = await inTheMiddle('detached', ['--output', 'json']);
    running.kill('SIGINT');
    const left = await running;
    expect(left.exitCode).toBe(130);
    expect(jsonOf(left)).toMatchObject({ detached: { workflowId: `deploy:local:${line}`, link: expect.stringContaining('http') } });
    const shown = await steward(['status', `deploy:local:${line}`]);
    expect(shown.stdout).toMatch(/: deploying, for [^]*▸ build app/);
    const watched = steward(['status', line, '--watch']);
    const seen = outputOf(watched);
    await eventually(async () => /▸ build app/.test(seen()), 'the build is seen');
    await open('detached');
    expect(await watched).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(new RegExp(`^deployed: deploy:local:${line} \\(`, 'm')),
    });
    expect(await steward(['status', line, '--watch'])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('is under way') });
    expect(await steward(['status', '--watch'])).toMatchObject({ exitCode: 1 });
    expect(await steward(['status', 'deploy:local:nothing', '--watch'])).toMatchObject({ exitCode: 3 });
    await expect(world.client.workflow.getHandle(`deploy:local:${line}`).result()).resolves.toMatchObject({ state: 'deployed' });
  });

  it('refuses a second operation with a link, or waits for the first when asked to, whichever kind it is', async () => {
    const { running, line } = await inTheMiddle('held');
    const same = await steward(['deploy', line, '1.0.0', '--output', 'json']);
    expect(same.exitCode).toBe(5);
    expect(jsonOf(same)).toMatchObject({ error: { type: 'OperationInProgress', message: expect.stringContaining('http') } });
    const other = await steward(['recover', line]);
    expect(other).toMatchObject({ exitCode: 5, stderr: expect.stringMatching(/^OperationInProgress: .*http/) });

    const patient = [steward(['deploy', line, '1.0.0', '--wait']), steward(['recover', line, '--wait'])] as const;
    const seen = patient.map(outputOf);
    await eventually(async () => seen.every((each) => each().includes('waiting for the end of')), 'both wait');
    await open('held');
    expect(await running).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^deployed: /m) });
    expect(await patient[0]).toMatchObject({ stderr: '', exitCode: 0, stdout: expect.stringMatching(/^unchanged: /m) });
    expect(await patient[1]).toMatchObject({ stderr: '', exitCode: 0, stdout: expect.stringMatching(/^clean: /m) });
  });

  it('cancels on Ctrl-C when told so, and follows until everything is taken back', async () => {
    const { running, seen, line } = await inTheMiddle('cancelled', ['--cancel-on-interrupt']);
    running.kill('SIGINT');
    const ended = await running;
    expect(ended.exitCode).toBe(130);
    expect(seen()).toContain('cancelling: the operation takes back what it did');
    expect(ended.stdout).toMatch(/↶ build app/);
    expect(ended.stderr).toMatch(/^Cancelled: the operation was cancelled; what had been done was undone/);
    expect(await held(line)).toBeUndefined();
  });

  it('says that a run was terminated, and recovers what it left', async () => {
    const { running, line } = await inTheMiddle('killed');
    await world.client.workflow.getHandle(`deploy:local:${line}`).terminate('by hand');
    const ended = await running;
    expect(ended.exitCode).toBe(5);
    expect(ended.stderr).toMatch(/^Terminated: [^]*steward recover/);
    expect(await held(line)).toBeDefined();
    const recovered = await steward(['recover', line, ...as]);
    expect(recovered).toMatchObject({ exitCode: 0 });
    expect(recovered.stdout).toMatch(new RegExp(`^recovered what deploy:local:${line} had left`, 'm'));
    expect(await held(line)).toBeUndefined();
  });
});
