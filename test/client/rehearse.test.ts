import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withKafkaAdmin } from '../../activities/support/kafka.js';
import { digestOfJson } from '../../descriptors/digest.js';
import { twinName, twinOf } from '../../lifecycle/ids.js';
import type { RehearsalResult } from '../../lifecycle/operations.js';
import { commandLine, jsonOf } from '../support/command-line.js';
import { register } from '../support/operations.js';
import { dataModule, smallProduct, topicsModule } from '../support/small-product.js';
import { stackAddresses } from '../support/stack.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';

describe('steward rehearse', () => {
  let world: StewardWorld;
  let steward: ReturnType<typeof commandLine>;
  beforeAll(async () => {
    world = await openWorld();
    const command = (effects: string, more: object = {}) => ({ program: '/bin/true', arguments: [], effects, timeoutSeconds: 10, ...more });
    const undo = { program: '/bin/true', arguments: [] };
    const commands = { makes: command('none'), acts: command('external'), reverts: command('external', { undo }) };
    // Who runs the tests of a version may rehearse, and no more.
    const starters = [{ operations: ['rehearse'], groups: ['pipeline'], domains: ['*'] }];
    world.options = { environment: { commands, starters, groups: { pipeline: ['ci@localhost'], platform: ['approver@localhost'] } } };
    await world.startWorker();
    steward = commandLine(world);
  });
  afterAll(() => world.close());

  it('tells its steps and its result, exits with 0, and is told by the audit with what could not be rehearsed', async () => {
    const product = smallProduct(world, 'acting', { terraform: dataModule('acting'), command: 'acts' });
    await register(world, product);
    const { stdout, stderr, exitCode } = await steward(['rehearse', product.line, '--as', 'ci@localhost']);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stdout).toContain('provision store');
    expect(stdout).toMatch(/provision store .*undone/);
    expect(stdout).toContain('not rehearsed: command acts has effects and no undo');
    expect(stdout).toMatch(/^rehearsed: the deploy of 1\.0\.0 of \S+ for local can be undone; \d+ thing\(s\) were there/m);
    const audit = await steward(['audit', product.line]);
    expect(audit.stdout).toMatch(/rehearse 1\.0\.0 in local by ci@localhost: clean\n +not rehearsed: command acts/);
    expect((await world.catalog.environments.read(product.line, 'local'))?.record).toBeUndefined();
  });

  it('runs a command that only makes files, and leaves out one with an undo that is not told the prefix', async () => {
    const [makes, reverts] = ['makes', 'reverts'].map((command) => smallProduct(world, command, { command }));
    await register(world, makes!, reverts!);
    const result = async (line: string) =>
      jsonOf<RehearsalResult>(await steward(['rehearse', line, '--as', 'ci@localhost', '--output', 'json']));
    expect(await result(makes!.line)).toMatchObject({ state: 'rehearsed', unproven: [] });
    expect(await result(reverts!.line)).toMatchObject({
      state: 'rehearsed',
      unproven: [{ reason: expect.stringContaining('is not told ${env:TOPIC_PREFIX}') }],
    });
  });

  it('is refused, with exit codes of their own, to who may not, for another major, and where something is there already', async () => {
    const product = smallProduct(world, 'refused', { terraform: topicsModule(['refused-a']) });
    await register(world, product);
    const asked = (...more: string[]) => steward(['rehearse', product.line, ...more]);
    expect(await asked('--as', 'somebody@localhost')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('may not start deploy in local'),
    });
    expect(await asked('--as', 'ci@localhost', '--from', '0.9.0')).toMatchObject({ exitCode: 3 });
    expect(await asked('1.0.0', '--as', 'ci@localhost', '--from', '1.0.0')).toMatchObject({ exitCode: 2 });
    const twin = twinName('local', digestOfJson(product.line));
    expect(await asked('--as', 'ci@localhost', '-e', twin)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('environment must match'),
    });

    const topic = `${twinOf(twin)!.prefix}${world.topicPrefix}refused-a`;
    const kafka = [stackAddresses().kafka];
    await withKafkaAdmin(kafka, (admin) => admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 }));
    const inTheWay = await asked('--as', 'ci@localhost');
    expect(inTheWay).toMatchObject({ exitCode: 11, stderr: expect.stringContaining(`Already there and not managed here: ${topic}`) });
    expect(inTheWay).toMatchObject({ stderr: expect.stringContaining('remove it, and rehearse again') });
    // It is not the rehearsal's, so it stays.
    expect(await withKafkaAdmin(kafka, (admin) => admin.listTopics())).toContain(topic);
    await withKafkaAdmin(kafka, (admin) => admin.deleteTopics({ topics: [topic] }));
  });
});
