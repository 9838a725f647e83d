import { ConfigResourceTypes } from '@platformatic/kafka';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withKafkaAdmin } from '../../../../activities/support/kafka.js';
import type { Failure } from '../../../../lifecycle/failures.js';
import { stackAddresses } from '../../../support/stack.js';
import { label, TerraformWorld, topicsHcl } from './terraform-world.js';

/** Proves that what was there before is adopted only by an import block, given back as it was, and deleted by nobody. */
describe('terraform, and what is not its own', () => {
  let world: TerraformWorld;
  beforeEach(async () => void (world = await new TerraformWorld().ready()));
  afterEach(() => world.close());

  const broker = [stackAddresses().kafka];
  /** A topic of somebody else's, which keeps its records for a day. */
  const createByHand = (topic: string): Promise<unknown> =>
    withKafkaAdmin(broker, (admin) =>
      admin.createTopics({ topics: [topic], partitions: 1, replicas: 1, configs: [{ name: 'retention.ms', value: '86400000' }] }),
    );
  /** What is set on the topic itself. */
  const configOf = async (topic: string): Promise<object> => {
    const [described] = await withKafkaAdmin(broker, (admin) =>
      admin.describeConfigs({ resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic }] }),
    );
    const own = described!.configs.filter(({ configSource }) => configSource === 1);
    return Object.fromEntries(own.map(({ name, value }) => [name, value]));
  };
  const adopting = (topic: string): string => `import {\n  to = kafka_topic.${label(topic)}\n  id = "${topic}"\n}\n`;
  const theirs = (topic: string, config: string): string => `resource "kafka_topic" "${label(topic)}" {
  name               = "${topic}"
  partitions         = 1
  replication_factor = 1
  config             = { ${config} }
}\n`;
  const changed = '"retention.ms" = "172800000", "cleanup.policy" = "compact"';
  const asItWas = { 'retention.ms': '86400000' };

  it('refuses before any effect to create what is there, and names the block that would adopt it', async () => {
    const [a, b] = [world.topic('a'), world.topic('b')];
    await createByHand(b);
    const refusal = await world
      .step({ to: world.task(topicsHcl([a, b])) })
      .preview()
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({ type: 'SystemRefused' });
    expect((refusal as Failure).message).toContain(`import {\n  to = kafka_topic.b\n  id = "${b}"\n}`);
    expect(await world.existing()).toEqual([b]);
    expect(await world.stateText()).toBeUndefined();
  });

  it('refuses with nothing done what somebody made between the preview and the apply, and the undo leaves it', async () => {
    const [a, b] = [world.topic('a'), world.topic('b')];
    const step = world.step({ to: world.task(topicsHcl([a, b])) });
    await step.preview();
    await createByHand(b);
    await expect(step.apply()).rejects.toMatchObject({ type: 'SystemRefused', message: expect.stringContaining('kafka_topic.b') });
    expect(await world.existing()).toEqual([b]);
    expect(await step.revert()).toEqual([]);
    expect(await world.existing()).toEqual([b]);
  });

  it('takes a topic that somebody made in the very moment of the apply for theirs: the undo leaves it and removes its own', async () => {
    const [a, b] = [world.topic('a'), world.topic('b')];
    const step = world.step({ to: world.task(topicsHcl([a, b])) });
    await step.preview();
    let looked = false;
    // The fence is asked after the last look and before Terraform begins.
    const assertFence = async (): Promise<void> => {
      if (!looked) await createByHand(b);
      looked = true;
    };
    await expect(step.apply('apply', { assertFence })).rejects.toMatchObject({ type: 'TerraformFailed' });
    expect(await world.existing()).toEqual([a, b]);
    expect(await step.revert()).toEqual([]);
    expect(await world.existing()).toEqual([b]);
    expect(await configOf(b)).toEqual(asItWas);
  });

  it('gives what a first deploy adopted back as it was when it is undone', async () => {
    const [own, topic] = [world.topic('own'), world.topic('theirs')];
    await createByHand(topic);
    const step = world.step({ to: world.task(topicsHcl([own]) + theirs(topic, changed) + adopting(topic)) });
    expect((await step.preview()).changes.map(({ address, action }) => [address, action])).toEqual([
      ['kafka_topic.own', 'create'],
      ['kafka_topic.theirs', 'adopt'],
    ]);
    await step.apply();
    expect(await configOf(topic)).toEqual({ 'retention.ms': '172800000', 'cleanup.policy': 'compact' });
    expect(step.owned()).toMatchObject([
      { address: 'kafka_topic.own', made: 'created' },
      { address: 'kafka_topic.theirs', made: 'adopted' },
    ]);
    expect(await step.revert()).toEqual([]);
    expect(await world.existing()).toEqual([topic]);
    expect(await configOf(topic)).toEqual(asItWas);
    expect(await world.stateText()).toBeUndefined();
  });

  it('gives what an upgrade adopted back as it was when the upgrade is undone', async () => {
    const [own, topic] = [world.topic('own'), world.topic('theirs')];
    const former = world.task(topicsHcl([own]));
    await world.step({ to: former }).run();
    await createByHand(topic);
    const upgrade = world.step({ from: former, to: world.task(topicsHcl([own]) + theirs(topic, changed) + adopting(topic)) });
    await upgrade.preview();
    await upgrade.apply();
    expect(await upgrade.revert()).toEqual([]);
    expect(await world.existing()).toEqual([own, topic]);
    expect(await configOf(topic)).toEqual(asItWas);
    expect(await world.stateText()).not.toContain(topic);
  });

  it.each([
    ['the ledger says so, although the import block is gone', 'by ledger'],
    ['the template says so, where there is no ledger yet', 'by template'],
  ])('retires without deleting what was adopted: %s', async (_, by) => {
    const [own, topic] = [world.topic('own'), world.topic('theirs')];
    await createByHand(topic);
    const first = world.task(topicsHcl([own]) + theirs(topic, changed) + adopting(topic));
    const deploy = world.step({ to: first });
    await deploy.run();
    const from = by === 'by ledger' ? world.task(topicsHcl([own]) + theirs(topic, changed)) : first;
    const retire = world.step({ from }, world.executor(), by === 'by ledger' ? deploy.owned() : undefined);
    const { changes } = await retire.preview();
    expect(changes).toMatchObject([
      { address: 'kafka_topic.own', action: 'delete', dataLoss: true },
      { address: 'kafka_topic.theirs', action: 'delete', letGo: true, summary: expect.stringContaining('stays in the world') },
    ]);
    await retire.apply('apply');
    await retire.apply('finalise');
    expect(await world.existing()).toEqual([topic]);
    // What it was is known from the ledger only.
    if (by === 'by ledger') expect(await configOf(topic)).toEqual(asItWas);
    expect(await world.stateText()).toBeUndefined();
    await expect(retire.probe('finalise')).resolves.toMatchObject({ state: 'to' });
    expect(await retire.on(world.executor()).apply('finalise', { attempt: 2 })).toEqual({});
    expect(await world.existing()).toEqual([topic]);
  });

  it('lets go at the end of an upgrade of what the new version has no more', async () => {
    const [own, topic] = [world.topic('own'), world.topic('theirs')];
    await createByHand(topic);
    const first = world.task(topicsHcl([own]) + theirs(topic, changed) + adopting(topic));
    const deploy = world.step({ to: first });
    await deploy.run();
    const upgrade = world.step({ from: first, to: world.task(topicsHcl([own])) }, world.executor(), deploy.owned());
    expect((await upgrade.preview()).changes).toMatchObject([
      { address: 'kafka_topic.theirs', phase: 'finalise', letGo: true, summary: expect.stringContaining('former config') },
    ]);
    await upgrade.apply('apply');
    await upgrade.apply('finalise');
    await expect(upgrade.probe('finalise')).resolves.toMatchObject({ state: 'to', healthy: true });
    expect(await world.existing()).toEqual([own, topic]);
    expect(await configOf(topic)).toEqual(asItWas);
    expect(upgrade.owned()).toMatchObject([{ address: 'kafka_topic.own', made: 'created' }]);
  });
});
