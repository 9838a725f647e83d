import { stringSerializers, Producer } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { topicRecordCounts, withKafkaAdmin } from '../../activities/support/kafka.js';
import type { InstanceRecord } from '../../lifecycle/records.js';
import { localPeople } from '../../local/steward-config.js';
import { commandLine, jsonOf } from '../support/command-line.js';
import { begin, outcomeOf, register, untilStatus } from '../support/operations.js';
import { smallProduct, topicsModule } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { stackAddresses } from '../support/stack.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { clearWorld, registry, snapshot } from '../support/world-snapshot.js';

describe('what a product owns', () => {
  let world: StewardWorld;
  const products: SmallProduct[] = [];
  beforeAll(async () => {
    world = await openWorld();
    await world.startWorker();
  });
  afterAll(async () => {
    await clearWorld(world, products);
    await world.close();
  });

  const broker = [stackAddresses().kafka];
  const make = (...parts: Parameters<typeof smallProduct>): SmallProduct => {
    products.push(smallProduct(...parts));
    return products.at(-1)!;
  };
  const retire = async (product: SmallProduct) => {
    const run = await begin(world, 'retire', product, { sunset: new Date().toISOString() });
    const { awaiting } = await untilStatus(world, run, 'waits for approval', (status) => status.awaiting.length > 0);
    await run.signal('approveException', { exception: awaiting[0]!.digest, approver: localPeople.approver });
    return outcomeOf(run);
  };
  interface Owners {
    owners: (Pick<InstanceRecord, 'state' | 'owns' | 'ownsFrom'> & { environment: string })[];
  }
  const owned = async ({ line }: SmallProduct): Promise<Owners['owners'][number]> => {
    const steward = commandLine(world);
    const { owners } = jsonOf<Owners>(await steward(['owns', line, '--output', 'json'], { env: { TEMPORAL_ADDRESS: '127.0.0.1:1' } }));
    expect(owners).toHaveLength(1);
    return owners[0]!;
  };
  const brief = ({ owns = {} }: Pick<InstanceRecord, 'owns'>): string[] =>
    Object.values(owns)
      .flatMap((things) => things.map(({ address, made, operation }) => `${made} by ${operation}: ${address}`))
      .sort();

  it('is in the ledger from the deployment on, and what was there before is as it was after the retirement', async () => {
    const name = 'borrows';
    const theirs = `${world.topicPrefix}${name}-theirs`;
    const module = (...own: string[]): string => `${topicsModule(own.map((topic) => `${name}-${topic}`))}
import {
  to = kafka_topic.theirs
  id = "${theirs}"
}
resource "kafka_topic" "theirs" {
  name               = "${theirs}"
  partitions         = 1
  replication_factor = 1
  config             = { "retention.ms" = "172800000" }
}`;
    const first = make(world, name, { terraform: module('a') });
    await withKafkaAdmin(broker, (admin) =>
      admin.createTopics({ topics: [theirs], partitions: 1, replicas: 1, configs: [{ name: 'retention.ms', value: '86400000' }] }),
    );
    const extra = { name: 'extra', type: ['null', 'string'], default: null };
    const schema = JSON.stringify({ type: 'record', name: 'Out', namespace: 'org.test', fields: [{ name: 'id', type: 'string' }, extra] });
    await registry(`/subjects/${first.subject}/versions`, { method: 'POST', body: JSON.stringify({ schema }) });
    await registry(`/config/${first.subject}`, { method: 'PUT', body: JSON.stringify({ compatibility: 'FULL' }) });
    const { topics, subjects } = await snapshot(world, [first]);
    expect([Object.keys(topics), subjects[first.subject]]).toMatchObject([[theirs], { level: 'FULL' }]);

    await register(world, first);
    expect(await outcomeOf(await begin(world, 'deploy', first))).toMatchObject({ ended: 'deployed' });
    const deployed = await owned(first);
    expect(brief(deployed)).toEqual([
      `adopted by deploy: compatibility level of subject ${first.subject}`,
      'adopted by deploy: kafka_topic.theirs',
      'created by deploy: kafka_topic.t0',
      `created by deploy: subject ${first.subject} version 2`,
    ]);
    expect(deployed.ownsFrom).toBeUndefined();

    const second = make(world, name, { version: '1.1.0', terraform: module('a', 'b') });
    await register(world, second);
    expect(await outcomeOf(await begin(world, 'upgrade', second))).toMatchObject({ ended: 'upgraded' });
    expect(brief(await owned(second))).toEqual([...brief(deployed), 'created by upgrade: kafka_topic.t1'].sort());
    const { stdout } = await commandLine(world)(['owns', first.line]);
    expect(stdout).toMatch(
      /local, major 1: 1\.1\.0 deployed\n {2}infrastructure:store:provision\n {4}kafka_topic\.t0: created \S+ \S+ by deploy/,
    );

    expect(await retire(second)).toMatchObject({ ended: 'retired' });
    const { instances, ...after } = await snapshot(world, [first]);
    expect(instances[first.line]).toMatchObject({ '1': { state: 'retired' } });
    expect(after).toEqual({ topics, subjects, jobs: [], groups: [], states: {}, open: {} });
    const { state, owns } = await owned(second);
    expect([state, owns]).toEqual(['retired', {}]);
  });

  it('has in the ledger what a step has made that nothing was known of when the plan was made', async () => {
    const store =
      'variable "topic_prefix" {\n  type = string\n}\nresource "terraform_data" "n" {\n  input = 2\n}\noutput "n" {\n  value = terraform_data.n.output\n}\n';
    const product = make(world, 'later', { terraform: store });
    const descriptor = JSON.parse(product.files['data-product-descriptor.json']!) as {
      internalComponents: { infrastructuralComponents: { [name: string]: unknown }[] };
    };
    const components = descriptor.internalComponents.infrastructuralComponents;
    components.push({
      ...components[0],
      fullyQualifiedName: `${product.fqn}:infrastructure:second`,
      name: 'second',
      dependsOn: [`${product.fqn}:infrastructure:store`],
      provisionInfo: {
        service: 'terraform',
        template: { mediaType: 'text/terraform', $href: 'second' },
        configurations: { TF_VAR_n: '${output:store.n}' },
      },
    });
    product.files['data-product-descriptor.json'] = JSON.stringify(descriptor);
    product.files['second/main.tf'] =
      'variable "n" {\n  type = number\n}\nresource "terraform_data" "of" {\n  count = var.n\n  input = 1\n}\n';
    await register(world, product);
    expect(await outcomeOf(await begin(world, 'deploy', product))).toMatchObject({ ended: 'deployed' });
    const { owns = {} } = await owned(product);
    expect(owns['infrastructure:second:provision']).toMatchObject([
      { address: 'terraform_data.of[0]', made: 'created' },
      { address: 'terraform_data.of[1]', made: 'created' },
    ]);
    expect(await retire(product)).toMatchObject({ ended: 'retired' });
    expect((await owned(product)).owns).toEqual({});
  });

  it('of a record of before there was a ledger: the next operation begins one and says that it is not whole, and it retires', async () => {
    const product = make(world, 'older', { terraform: topicsModule(['older-a']) });
    await register(world, product);
    expect(await outcomeOf(await begin(world, 'deploy', product))).toMatchObject({ ended: 'deployed' });
    await world.catalog.environments.change(product.line, 'local', (record) => {
      const { owns: _, ...instance } = record!.instances['1']!;
      return { ...record!, instances: { '1': instance } };
    });
    const later = make(world, 'older', { version: '1.0.1', terraform: topicsModule(['older-a', 'older-b']) });
    await register(world, later);
    expect(await outcomeOf(await begin(world, 'upgrade', later))).toMatchObject({ ended: 'upgraded' });
    const upgraded = await owned(later);
    expect(brief(upgraded)).toEqual(['created by upgrade: kafka_topic.t1']);
    expect(upgraded.ownsFrom).toMatch(/^\d{4}-/);
    expect(await retire(later)).toMatchObject({ ended: 'retired' });
    const { topics, subjects, states } = await snapshot(world, [product]);
    expect([topics, subjects, states]).toEqual([{}, {}, {}]);
  });

  it('an upgrade without a topic that holds records asks, and changes nothing without an approval', async () => {
    const first = make(world, 'keeps', { terraform: topicsModule(['keeps-a', 'keeps-b']) });
    await register(world, first);
    expect(await outcomeOf(await begin(world, 'deploy', first))).toMatchObject({ ended: 'deployed' });
    const topic = `${world.topicPrefix}keeps-b`;
    const producer = new Producer({ clientId: 'test', bootstrapBrokers: broker, serializers: stringSerializers });
    await producer.send({ messages: [1, 2, 3].map((value) => ({ topic, key: 'k', value: String(value) })) });
    await producer.close();
    const before = await snapshot(world, [first]);
    const second = make(world, 'keeps', { version: '1.1.0', terraform: topicsModule(['keeps-a']) });
    await register(world, second);
    const run = await begin(world, 'upgrade', second);
    const { awaiting } = await untilStatus(world, run, 'waits for approval', (status) => status.awaiting.length > 0);
    expect(awaiting).toMatchObject([{ rule: 'policy/data-loss-needs-approval' }]);
    expect(await snapshot(world, [first])).toEqual(before);
    await run.signal('rejectException', { exception: awaiting[0]!.digest, approver: localPeople.approver });
    expect(await outcomeOf(run)).toMatchObject({ ended: 'ExceptionRejected', report: { ended: 'refused' } });
    expect(await snapshot(world, [first])).toEqual(before);
    expect(await topicRecordCounts(broker, [topic])).toEqual(new Map([[topic, 3]]));
  });
});
