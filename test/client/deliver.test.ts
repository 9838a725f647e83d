import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandLine, jsonOf, outputOf } from '../support/command-line.js';
import { eventually } from '../support/eventually.js';
import { register } from '../support/operations.js';
import { withFolder } from '../support/product-folder.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallParts, SmallProduct } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { clearWorld } from '../support/world-snapshot.js';

const as = ['--as', 'developer@localhost'];
const more = [
  { name: 'id', type: 'string' },
  { name: 'more', type: 'string', default: '' },
];

/** Proves that a pipeline may deliver as often as it likes: what is done is not done again, what is under way is followed, what is late is left. */
describe('steward deliver', () => {
  let world: StewardWorld;
  let steward: ReturnType<typeof commandLine>;
  const products: SmallProduct[] = [];
  let home: string;
  const gate = () => join(home, 'gate');

  beforeAll(async () => {
    world = await openWorld();
    home = await mkdtemp(join(tmpdir(), 'steward-deliver-'));
    const waits = {
      program: '/bin/sh',
      arguments: ['-c', `until [ -e ${gate()} ]; do sleep 0.1; done`],
      effects: 'none',
      timeoutSeconds: 200,
    };
    world.options = { environment: { commands: { waits } } };
    await world.startWorker();
    steward = commandLine(world);
  });
  afterAll(async () => {
    await clearWorld(world, products);
    await world.close();
    await rm(home, { recursive: true });
  });
  const product = (name: string, parts: SmallParts): SmallProduct => {
    const made = smallProduct(world, name, parts);
    products.push(made);
    return made;
  };
  const deliver = (made: SmallProduct, args: string[] = []) =>
    withFolder(made.files, (folder) => steward(['deliver', folder, ...as, '--output', 'json', ...args]));

  it('registers and deploys, does nothing the second time, and upgrades the next version', async () => {
    const first = product('delivered', {});
    const done = await deliver(first);
    expect({ exitCode: done.exitCode, ...jsonOf(done) }).toMatchObject({
      exitCode: 0,
      registered: { state: 'registered', version: '1.0.0' },
      deploy: { state: 'deployed', version: '1.0.0' },
    });
    expect(done.stderr).toMatch(/^http.*register[^]*^http.*deploy/m);
    expect(jsonOf(await deliver(first))).toMatchObject({ registered: { state: 'alreadyRegistered' }, deploy: { state: 'unchanged' } });
    const summary = join(home, 'summary.md');
    const unwritable = await deliver(first, ['--summary', join(home, 'nowhere', 'summary.md')]);
    expect(unwritable).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('cannot be written (ENOENT)') });
    const next = await deliver(product('delivered', { version: '1.1.0', fields: more }), ['--summary', summary]);
    expect(jsonOf(next)).toMatchObject({ registered: { state: 'registered' }, upgrade: { state: 'upgraded', version: '1.1.0' } });
    const told = await readFile(summary, 'utf8');
    expect(told).toMatch(/^## register .* 1\.1\.0: registered$/m);
    expect(told).toMatch(/^## upgrade .* 1\.1\.0 in local: upgraded$/m);
    expect(told).toMatch(/\| register schema of out +\| schema-registry +\| done/);
  });

  it('leaves what is late with an exit code of its own, follows it when it is run again, and no other request', async () => {
    const slow = product('slow', { command: 'waits' });
    // All but the deploy, which waits for the gate: however slow the machine is, that is what the time is over in.
    await register(world, slow);
    const late = await deliver(slow, ['--timeout', '20s']);
    expect(late.exitCode).toBe(124);
    expect(jsonOf(late)).toMatchObject({ detached: { workflowId: `deploy:local:${slow.line}` } });

    const again = withFolder(slow.files, async (folder) => {
      const running = steward(['deliver', folder, ...as]);
      const seen = outputOf(running);
      await eventually(async () => seen().includes(`the same request is under way: following deploy:local:${slow.line}`), 'it is followed');
      const other = await steward(['deploy', slow.line, '1.0.0', ...as, '--reason', 'another', '--attach']);
      expect(other).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('OperationInProgress') });
      const impatient = await steward(['deploy', slow.line, '1.0.0', ...as, '--reason', 'another', '--wait', '--timeout', '1s']);
      expect(impatient).toMatchObject({ exitCode: 124, stderr: expect.stringContaining('is still under way') });
      await writeFile(gate(), '');
      return running;
    });
    expect(await again).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^deployed: /m) });
    const runs = [];
    for await (const run of world.client.workflow.list({ query: `WorkflowId = 'deploy:local:${slow.line}'` })) runs.push(run);
    expect(runs).toHaveLength(1);
  });

  it('does not go back where a later version runs, unless told to, and takes the other way when that turns out to be right', async () => {
    const [first, next] = [product('ordered', {}), product('ordered', { version: '1.1.0', fields: more })];
    for (const each of [first, next]) await register(world, each);
    // Both at once: nothing runs when the second looks, and it waits for the first.
    const both = await Promise.all([deliver(first), deliver(next)]);
    const ends = both.map(({ exitCode }) => exitCode);
    // Whichever came first: the later version runs, or the earlier one was refused to come after it.
    expect([
      [0, 0],
      [4, 0],
    ]).toContainEqual(ends);
    const { record } = (await world.catalog.environments.read(first.line, 'local'))!;
    expect(record.instances['1']).toMatchObject({ version: '1.1.0' });
    const back = await deliver(first);
    expect(back.exitCode).toBe(4);
    expect(jsonOf(back)).toMatchObject({ error: { type: 'NotAllowed', message: expect.stringContaining('1.1.0 runs in local') } });
    // A policy asks about going back; nobody answers, and what is late is cancelled.
    const asked = await deliver(first, ['--allow-downgrade', '--timeout', '30s', '--cancel-on-interrupt']);
    expect({ exitCode: asked.exitCode, ...jsonOf(asked) }).toMatchObject({ exitCode: 124, error: { type: 'Cancelled' } });
    expect(asked.stderr).toMatch(/^upgrade .* 1\.0\.0 in local: waiting for approval$/m);
  });

  it('stops at a registration that is refused, with its exit code', async () => {
    const refused = await deliver(product('delivered', { version: '1.1.0' }));
    expect(refused.exitCode).toBe(2);
    expect(jsonOf(refused)).toMatchObject({ error: { type: 'VersionExists' } });
  });
});
