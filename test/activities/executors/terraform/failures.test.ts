import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringSerializers, Producer } from '@platformatic/kafka';
import { withKafkaAdmin } from '../../../../activities/support/kafka.js';
import { stackAddresses, stackTools } from '../../../support/stack.js';
import { TerraformWorld, TOKEN, topicsHcl } from './terraform-world.js';

/** Proves what is refused, and that an undo brings back what was and nothing else. */
describe('terraform, refusing and undoing', () => {
  let world: TerraformWorld;
  beforeEach(async () => void (world = await new TerraformWorld().ready()));
  afterEach(() => world.close());

  const createByHand = (topic: string): Promise<unknown> =>
    withKafkaAdmin([stackAddresses().kafka], (admin) => admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 }));
  const partitionsOf = async (topic: string): Promise<number> => {
    const metadata = await withKafkaAdmin([stackAddresses().kafka], (admin) => admin.metadata({ topics: [topic] }));
    return metadata.topics.get(topic)?.partitionsCount ?? 0;
  };
  const write = async (topic: string, count: number): Promise<void> => {
    const producer = new Producer({ clientId: 'test', bootstrapBrokers: [stackAddresses().kafka], serializers: stringSerializers });
    await producer.send({ messages: Array.from({ length: count }, (_, at) => ({ topic, key: String(at), value: 'x' })) });
    await producer.close();
  };

  it('refuses with PlanChanged what was not approved, before any effect', async () => {
    const [a, b] = [world.topic('a'), world.topic('b')];
    const deployed = world.step({ to: world.task(topicsHcl([a, b])) });
    await deployed.run();
    const same = world.step({ from: world.task(topicsHcl([a, b])), to: world.task(topicsHcl([a, b], 2)) });
    await same.preview();
    await world.deleteTopics(b);
    await expect(same.apply()).rejects.toMatchObject({ type: 'PlanChanged', message: expect.stringContaining('kafka_topic.b') });
    expect(await world.existing()).toEqual([a]);
    expect(await partitionsOf(a)).toBe(1);
  });

  it('undoes a first deploy that failed half-way, and leaves what it had adopted', async () => {
    const [a, b, adopted] = [world.topic('a'), world.topic('b'), world.topic('adopted')];
    await createByHand(adopted);
    const hcl = `${topicsHcl([adopted, a, b])}
import {
  to = kafka_topic.adopted
  id = "${adopted}"
}
resource "terraform_data" "fails" {
  depends_on = [kafka_topic.a]
  input      = a_function_that_fails
}`.replace('a_function_that_fails', 'kafka_topic.a.id');
    const step = world.step({
      to: world.task(hcl.replace(`name               = "${b}"`, 'name               = "not a valid topic name!"')),
    });
    const { changes } = await step.preview();
    expect(changes.find(({ address }) => address === 'kafka_topic.adopted')).toMatchObject({ action: 'adopt' });
    await expect(step.apply()).rejects.toMatchObject({ type: 'TerraformFailed', message: expect.stringContaining('kafka_topic.b') });
    expect(await world.existing()).toEqual([a, adopted].sort());
    await expect(step.probe()).resolves.toMatchObject({ state: 'between' });
    expect(await step.revert()).toEqual([]);
    expect(await world.existing()).toEqual([adopted]);
    expect(await world.stateText()).toBeUndefined();
  });

  it('is harmless when apply never happened', async () => {
    const step = world.step({ to: world.task(topicsHcl([world.topic('a')])) });
    await step.preview();
    expect(await step.revert()).toEqual([]);
    expect(await world.stateText()).toBeUndefined();
  });

  it('keeps topics with records when it undoes, and names them with their number, until an operator decides', async () => {
    const [a, b] = [world.topic('a'), world.topic('b')];
    const step = world.step({ to: world.task(topicsHcl([a, b])) });
    await step.preview();
    await step.apply();
    await write(b, 3);
    expect(await step.revert()).toMatchObject([
      { address: 'kafka_topic.b', reason: `topic ${b} holds 3 records` },
      { address: 'kafka_topic.a', reason: expect.stringContaining('depends on it') },
    ]);
    expect(await world.existing()).toEqual([a, b]);
    expect(await step.revert({ deleteData: true })).toEqual([]);
    expect(await world.existing()).toEqual([]);
  });

  it('undoes an upgrade by the former module on the present state, and names what cannot come back', async () => {
    const [a, b, c] = [world.topic('a'), world.topic('b'), world.topic('c')];
    const former = world.task(topicsHcl([a, b]));
    await world.step({ to: former }).run();
    const upgrade = world.step({ from: former, to: world.task(topicsHcl([a, c], 2)) });
    const { changes } = await upgrade.preview();
    expect(changes.find(({ address }) => address === 'kafka_topic.a')).toMatchObject({ action: 'update', undo: 'none', phase: 'apply' });
    await upgrade.apply();
    expect(await world.existing()).toEqual([a, b, c]);
    expect(await upgrade.revert()).toMatchObject([{ address: 'kafka_topic.a', reason: expect.stringContaining('only by deleting') }]);
    expect(await world.existing()).toEqual([a, b]);
    expect(await partitionsOf(a)).toBe(2);
  });

  it('refuses a template that runs commands, before the first process', async () => {
    const hcl = 'resource "terraform_data" "x" {\n  provisioner "local-exec" {\n    command = "touch /tmp/never"\n  }\n}\n';
    await expect(world.step({ to: world.task(hcl) }).preview()).rejects.toMatchObject({
      type: 'TemplateRefused',
      details: [expect.objectContaining({ rule: 'terraform/provisioner', file: 'terraform/main.tf', line: 2 })],
    });
  });

  it('refuses providers that the environment does not have', async () => {
    const hcl = 'resource "aws_instance" "x" {\n}\n';
    await expect(world.step({ to: world.task(hcl) }).preview()).rejects.toMatchObject({
      type: 'TemplateRefused',
      message: expect.stringContaining('aws'),
    });
  });

  it('gives the child nothing of the worker, and writes a secret nowhere but into the state', async () => {
    process.env['WORKER_ONLY'] = 'of-the-worker';
    const seen = join(world.scratch, 'seen.env');
    const binary = join(world.scratch, 'recording-terraform');
    writeFileSync(binary, `#!/bin/sh\n/usr/bin/env >> ${seen}\nexec ${stackTools().provisioner.binary} "$@"\n`);
    chmodSync(binary, 0o700);
    const recorded = await new TerraformWorld({ product: world.product, binary }).ready();
    const hcl = 'variable "token" {\n  type = string\n}\nresource "terraform_data" "x" {\n  input = var.token\n}\n';
    const step = recorded.step({ to: recorded.task(hcl, { TF_VAR_token: 'Bearer ${secret:TOKEN}' }) });
    const preview = await step.preview();
    expect(JSON.stringify([preview, await recorded.blob(preview.before)])).not.toContain(TOKEN);
    expect(await recorded.step({ to: recorded.task(hcl, { TF_VAR_token: 'Bearer ${secret:TOKEN}' }) }).preview()).toMatchObject({
      digest: preview.digest,
    });
    expect(JSON.stringify(await step.apply())).not.toContain(TOKEN);
    const environment = readFileSync(seen, 'utf8');
    expect(environment).toContain(`TF_VAR_token=Bearer ${TOKEN}`);
    expect(environment).not.toContain('of-the-worker');
    const names = new Set(environment.split('\n').map((line) => line.split('=')[0]));
    expect(
      [...names].filter((name) => /^[A-Z]/.test(name!) && !/^(TF_|AWS_|CHECKPOINT|HOME|LANG|PWD|PATH|SHLVL|OLDPWD|_)/.test(name!)),
    ).toEqual([]);
    await recorded.close();
  });

  it('previews in parallel, and without the outputs that are not known yet', async () => {
    const hcl =
      'variable "name" {\n  type = string\n}\nvariable "count_of" {\n  type    = number\n  default = 1\n}\nresource "terraform_data" "x" {\n  input = "${var.name}-x"\n}\n';
    const task = world.task(hcl, { TF_VAR_name: '${output:other.name}' });
    const previews = await Promise.all([1, 2, 3].map(() => world.step({ to: task }).preview()));
    expect(new Set(previews.map(({ digest }) => digest)).size).toBe(1);
    expect(previews[0]).toMatchObject({
      unknown: ['output other.name of an earlier step'],
      changes: [{ address: 'terraform_data.x', action: 'create' }],
    });
    const number = world.task(hcl, { TF_VAR_name: 'n', TF_VAR_count_of: '${output:other.count}' });
    await expect(world.step({ to: number }).preview()).resolves.toMatchObject({
      changes: [],
      unknown: [expect.any(String), 'all changes of store'],
    });
  });
});
