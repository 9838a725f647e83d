import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { stringSerializers, Producer } from '@platformatic/kafka';
import { topicRecordCounts } from '../../../../activities/support/kafka.js';
import { waitUntil } from '../../../../activities/support/abortable-wait.js';
import { stackAddresses } from '../../../support/stack.js';
import { TerraformWorld, topicsHcl, type TerraformStep } from './terraform-world.js';

/** Proves that what ends in the middle, with its outcome unknown, ends the same as if it had not, and with nothing twice. */
describe('terraform, when nobody knows what happened', () => {
  let world: TerraformWorld;
  beforeEach(async () => void (world = await new TerraformWorld().ready()));
  afterEach(() => world.close());

  const until = async (step: TerraformStep, text: RegExp): Promise<void> => {
    await waitUntil(async () => step.said.find((said) => text.test(said)), { everyMs: 20, withinMs: 60_000 });
  };
  /** Process ids of this world's running Terraform applies. */
  const applying = (): number[] =>
    readdirSync(world.scratch).flatMap((group) =>
      readdirSync(join(world.scratch, group)).flatMap((attempt) => {
        const folder = join(world.scratch, group, attempt);
        const names = readdirSync(folder).filter((name) => name.endsWith('-apply.process.json'));
        return names.map((name) => (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { pid: number }).pid);
      }),
    );
  /** The children of a process: Terraform's are its providers. */
  const childrenOf = (pid: number): number[] =>
    readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  const records = (topic: string): Promise<number | undefined> =>
    topicRecordCounts([stackAddresses().kafka], [topic]).then((counts) => counts.get(topic));
  const write = async (topic: string): Promise<void> => {
    const producer = new Producer({ clientId: 'test', bootstrapBrokers: [stackAddresses().kafka], serializers: stringSerializers });
    await producer.send({ messages: [{ topic, key: 'k', value: 'v' }] });
    await producer.close();
  };
  /** What a create that died half-way leaves in the state. */
  const taint = async (...names: string[]): Promise<void> => {
    const { bytes, etag } = (await world.store.get(world.stateKey))!;
    const state = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
      serial: number;
      resources: { name: string; instances: { status?: string }[] }[];
    };
    for (const { name, instances } of state.resources) if (names.includes(name)) instances[0]!.status = 'tainted';
    state.serial += 1;
    await world.store.swap(world.stateKey, Buffer.from(JSON.stringify(state)), etag, {});
  };
  const data = 'resource "terraform_data" "x" {\n  input = 1\n}\n';

  it('creates everything once when the provider dies with an answer of the broker', async () => {
    const topics = ['a', 'b', 'c'].map((name) => world.topic(name));
    const step = world.step({ to: world.task(topicsHcl(topics)) });
    await step.preview();
    const failing = step.apply().catch((error: unknown) => error);
    await until(step, /kafka_topic\.b/);
    await waitUntil(async () => (await world.existing()).includes(topics[1]!) || undefined, { everyMs: 5, withinMs: 30_000 });
    for (const provider of applying().flatMap(childrenOf)) process.kill(provider, 'SIGKILL');
    await expect(failing).resolves.toMatchObject({ type: 'TerraformInterrupted' });
    await write(topics[1]!);

    const second = step.on(world.executor());
    await expect(second.apply('apply', { attempt: 2 })).resolves.toEqual({ topics });
    expect(await world.existing()).toEqual(topics);
    // Not replaced: what somebody has written meanwhile is there.
    expect(await records(topics[1]!)).toBe(1);
    await expect(second.probe()).resolves.toMatchObject({ state: 'to', healthy: true });
  });

  it('undoes everything when the undo itself is killed in the middle', async () => {
    const topics = ['a', 'b', 'c'].map((name) => world.topic(name));
    const step = world.step({ to: world.task(topicsHcl(topics)) });
    await step.preview();
    await step.apply();
    step.said.length = 0;
    const killed = step.revert().catch((error: unknown) => error);
    await until(step, /^1 of 3/);
    for (const pid of applying()) process.kill(-pid, 'SIGKILL');
    await expect(killed).resolves.toMatchObject({ type: 'TerraformInterrupted' });
    expect((await world.existing()).length).toBeLessThan(3);
    expect(await world.store.get(`${world.stateKey}.tflock`)).toBeDefined();

    expect(await step.on(world.executor()).revert()).toEqual([]);
    expect(await world.existing()).toEqual([]);
    expect(await world.stateText()).toBeUndefined();
    expect(await world.store.get(`${world.stateKey}.tflock`)).toBeUndefined();
  });

  it('brings what a dead create has left tainted to its wanted form, topics without losing their records', async () => {
    const [a, b] = [world.topic('a'), world.topic('b')];
    const step = world.step({ to: world.task(topicsHcl([a, b]) + data) });
    await step.preview();
    await step.apply();
    await write(a);
    await taint('a', 'x');
    const before = await world.stateText();
    await expect(step.probe()).resolves.toMatchObject({ state: 'between', healthy: false });
    await expect(step.apply('apply', { attempt: 2 })).resolves.toEqual({ topics: [a, b] });
    await expect(step.probe()).resolves.toMatchObject({ state: 'to', healthy: true });
    expect(await records(a)).toBe(1);
    expect(await world.stateText()).not.toContain('"tainted"');
    const id = (text = ''): unknown => /"id": "([0-9a-f-]{36})"/.exec(text)?.[1];
    expect(id(await world.stateText())).not.toBe(id(JSON.stringify(JSON.parse(before!), undefined, 2)));
  });

  it('keeps the records of a tainted topic also where another machine goes on, in a call of its own', async () => {
    const a = world.topic('a');
    const step = world.step({ to: world.task(topicsHcl([a])) });
    await step.preview();
    await step.apply();
    await write(a);
    await taint('a');
    const elsewhere = step.on(world.executor(mkdtempSync(join(world.scratch, 'another-'))));
    await expect(elsewhere.apply()).resolves.toEqual({ topics: [a] });
    expect(await records(a)).toBe(1);
    await expect(step.probe()).resolves.toMatchObject({ state: 'to', healthy: true });
  });

  it('undoes what is tainted as it does the rest: of a first deploy, and of an upgrade', async () => {
    const [a, b] = [world.topic('a'), world.topic('b')];
    const first = world.step({ to: world.task(topicsHcl([a]) + data) });
    await first.preview();
    await first.apply();
    await taint('a', 'x');
    expect(await first.revert()).toEqual([]);
    expect(await world.existing()).toEqual([]);
    expect(await world.stateText()).toBeUndefined();

    const former = world.task(topicsHcl([a]));
    await world.step({ to: former }).run();
    const upgrade = world.step({ from: former, to: world.task(topicsHcl([a, b]) + data) });
    await upgrade.preview();
    await upgrade.apply();
    await taint('b', 'x');
    expect(await upgrade.revert()).toEqual([]);
    expect(await world.existing()).toEqual([a]);
    await expect(world.step({ from: former, to: former }).preview()).resolves.toMatchObject({ changes: [] });
  });

  it('shows the replacement of what was tainted before as what it is: records are lost, at the end, by leave of a person only', async () => {
    const a = world.topic('a');
    const task = world.task(topicsHcl([a]));
    await world.step({ to: task }).run();
    await taint('a');
    await expect(world.step({ from: task, to: task }).preview()).resolves.toMatchObject({
      changes: [{ address: 'kafka_topic.a', action: 'replace', phase: 'finalise', dataLoss: true, undo: 'none' }],
    });
  });

  it('names what a killed apply may have made of a type that it cannot look for, and goes on with it', async () => {
    const a = world.topic('a');
    const quota = `resource "kafka_quota" "q" {
  depends_on  = [kafka_topic.a]
  entity_name = "${a}"
  entity_type = "client-id"
  config      = { "consumer_byte_rate" = "4000000" }
}\n`;
    const step = world.step({ to: world.task(topicsHcl([a]) + quota) });
    await step.preview();
    const killed = step.apply().catch((error: unknown) => error);
    await until(step, /kafka_quota\.q/);
    process.kill(-applying()[0]!, 'SIGKILL');
    await killed;
    expect(await step.on(world.executor()).revert()).toMatchObject([
      {
        address: 'kafka_quota.q',
        reason: expect.stringContaining('cannot look for a kafka_quota'),
        action: expect.stringContaining('delete it'),
      },
    ]);
    expect(await world.existing()).toEqual([]);

    const again = world.step({ to: world.task(topicsHcl([a]) + quota) });
    await again.run();
    expect(await again.revert()).toEqual([]);
  });

  it('leaves a lock of this machine that none of its own attempts held, and says what a person can do', async () => {
    const step = world.step({ to: world.task(topicsHcl([world.topic('a')])) });
    await step.preview();
    const lock = { ID: 'by-hand', Operation: 'OperationTypeApply', Who: `root@${hostname()}`, Created: new Date().toISOString() };
    await world.store.create(`${world.stateKey}.tflock`, Buffer.from(JSON.stringify(lock)), 'application/json');
    const refused = { type: 'StateLocked', message: expect.stringMatching(/root@.*delete \S+\.tflock in the bucket/) };
    await expect(step.apply()).rejects.toMatchObject(refused);
    await expect(step.apply('apply', { attempt: 2 })).rejects.toMatchObject(refused);
    expect(await world.existing()).toEqual([]);
    expect(await world.store.get(`${world.stateKey}.tflock`)).toBeDefined();
  });
});
