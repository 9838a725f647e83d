import { ProduceAcks, Producer } from '@platformatic/kafka';
import avsc from 'avsc';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { purge } from '../../../../activities/executors/schema-registry/apply.js';
import { registryOf } from '../../../../activities/executors/schema-registry/client.js';
import { schemaRegistryExecutor } from '../../../../activities/executors/schema-registry/index.js';
import { newestBeginnings } from '../../../../activities/support/newest-records.js';
import { withKafkaAdmin } from '../../../../activities/support/kafka.js';
import type { Nonconformity } from '../../../../lifecycle/executor.js';
import type { Task } from '../../../../lifecycle/task.js';
import { executorWorld, stackEnvironment, StepRun, task, uniqueName } from '../../../support/executor-world.js';
import { stackAddresses } from '../../../support/stack.js';

const field = (name: string, type: unknown, rest: object = {}): object => ({ name, type, ...rest });
const schema = (...fields: object[]): string => JSON.stringify({ type: 'record', name: 'Trip', namespace: 'org.test', fields });
const promised = schema(field('tripId', 'string'), field('speed', 'double'));
const wider = schema(field('tripId', 'string'), field('speed', 'double'), field('note', ['null', 'string'], { default: null }));
const keys = schema(field('tripId', 'string'), field('leg', 'int'));
/** As ksqlDB writes where nobody holds it back: other names, nothing required. */
const foreign = schema(field('TRIPID', ['null', 'string'], { default: null }), field('SPEED', ['null', 'double'], { default: null }));

/** Proves on a real broker and registry that what is really written is compared with what the port promises. */
describe('the conformance of what is written', () => {
  const kafka = [stackAddresses().kafka];
  const world = executorWorld(stackEnvironment());
  const executor = schemaRegistryExecutor(world.deps);
  const registry = registryOf(world.deps, 'test');
  const topic = uniqueName('written');
  const subjects = ['value', 'other', 'base', 'refers', 'key'].map((name) => `${topic}-${name}`);
  let producer: Producer<Buffer, Buffer, Buffer, Buffer>;
  beforeAll(async () => {
    producer = new Producer({ clientId: 'test', bootstrapBrokers: kafka });
    await withKafkaAdmin(kafka, (admin) => admin.createTopics({ topics: [topic], partitions: 2, replicas: 1 }));
  });
  afterAll(async () => {
    await producer.close();
    await withKafkaAdmin(kafka, (admin) => admin.deleteTopics({ topics: [topic] }));
    for (const subject of subjects.toReversed()) {
      for (const version of await registry.versions(subject)) await registry.softDelete(subject, version);
      await purge(registry, subject);
    }
  });

  const version = (text: string, checkOnly = false, subject = subjects[0]!): Task => ({
    ...task({
      service: 'schema-registry',
      bundle: world.bundle({ 'trip.avsc': text }),
      path: 'trip.avsc',
      configurations: { subject, schemaType: 'AVRO', ...(checkOnly ? { checkOnly } : { compatibility: 'NONE' }) },
    }),
    component: { kind: 'outputPort', name: 'trips', fqn: 'urn:x' },
  });
  /** @param name whose product looks: what it registered itself is known by its name */
  const look = (to: Task, from?: Task, name = 'reader', kafkaAt = kafka): Promise<Nonconformity[]> => {
    const line = `urn:dpds:org.test:dataproducts:${name}`;
    const scope = { line, fqn: `${line}:1`, environment: 'test', version: '1.0.0', step: 'schema' };
    const deps = { ...world.deps, environment: () => stackEnvironment({ kafka: { bootstrapServers: kafkaAt } }) };
    return schemaRegistryExecutor(deps).conformance!(
      { scope, change: { ...(from && { from }), to }, outputs: {} },
      new AbortController().signal,
    );
  };
  const idOf = async (text: string): Promise<number> => {
    const document = { schema: text, schemaType: 'AVRO' as const };
    const subject = text === promised ? subjects[0]! : text === keys ? subjects[4]! : subjects[1]!;
    if (subject === subjects[1]) await registry.register(subject, document);
    return (await registry.lookup(subject, document))!.id;
  };
  /** So many, that nothing older is among the newest of either partition. */
  const write = async (value: Buffer, key?: Buffer): Promise<void> => {
    const messages = Array.from({ length: 20 }, (_, at) => ({ topic, partition: at % 2, value, ...(key && { key }) }));
    await producer.send({ messages, acks: ProduceAcks.ALL });
  };
  const record = async (text: string, value: object): Promise<Buffer> => {
    const header = Buffer.alloc(5);
    header.writeUInt32BE(await idOf(text), 1);
    return Buffer.concat([header, avsc.Type.forSchema(JSON.parse(text) as avsc.Schema).toBuffer(value)]);
  };

  it('tells what readers of the port cannot read, what they can, and nothing of what is as promised', async () => {
    const to = version(promised);
    await new StepRun(executor, 'writer', { to }).run();
    expect(await look(to)).toEqual([]);
    expect(await newestBeginnings(kafka, uniqueName('absent'), 5)).toEqual([]);

    await write(await record(promised, { tripId: 'a', speed: 1 }));
    expect((await newestBeginnings(kafka, topic, 5)).map(({ length }) => length)).toEqual(Array(20).fill(5));
    expect(await look(to)).toEqual([]);

    await write(await record(wider, { tripId: 'a', speed: 1, note: null }));
    expect(await look(to)).toEqual([{ port: 'trips', topic, breaking: false, message: expect.stringContaining('another schema') }]);

    await write(await record(foreign, { TRIPID: 'a', SPEED: null }));
    const [found, ...more] = await look(to);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      port: 'trips',
      topic,
      breaking: true,
      message: expect.stringMatching(/cannot be read as promised.*tripId/),
    });
    // The same records are nothing to somebody who only reads the topic.
    expect(await look(version(promised, true))).toEqual([]);

    await write(Buffer.from('{"tripId":"a"}'));
    expect(await look(to)).toMatchObject([{ breaking: true, message: expect.stringContaining('do not begin with the id') }]);

    const unknown = Buffer.alloc(5);
    unknown.writeUInt32BE(999_999_999, 1);
    await write(unknown);
    expect(await look(to)).toMatchObject([{ breaking: true, message: expect.stringContaining('does not know') }]);
  });

  it('compares keys by their own subject', async () => {
    const key = version(keys, false, subjects[4]!);
    await new StepRun(executor, 'writer', { to: key }).run();
    const value = await record(promised, { tripId: 'a', speed: 1 });
    await write(value);
    expect(await look(key)).toEqual([]);
    await write(value, await record(keys, { tripId: 'a', leg: 1 }));
    expect(await look(key)).toEqual([]);
    await write(value, Buffer.from('plain text'));
    expect(await look(key)).toMatchObject([
      { port: 'trips', topic, breaking: true, message: expect.stringMatching(/^keys of records do not begin/) },
    ]);
    await write(value, await record(wider, { tripId: 'a', speed: 1, note: null }));
    expect(await look(key)).toMatchObject([{ breaking: true, message: expect.stringMatching(/^keys of records .*leg/) }]);
    expect(await look(version(promised))).toEqual([]);
  });

  it('does not hold against a new version what the former one had promised and written', async () => {
    const former = version(promised);
    const next = version(schema(field('tripId', 'string'), field('speed', 'double'), field('heading', 'double')));
    await new StepRun(executor, 'writer', { to: former }).run();
    await write(await record(promised, { tripId: 'a', speed: 1 }));
    await new StepRun(executor, 'writer', { from: former, to: next }).run();
    expect(await look(next, former)).toEqual([]);
    // Looked at later, from nowhere: it knows what it has registered itself.
    expect(await look(next, next, 'writer')).toEqual([]);
    expect(await look(next, next, 'somebody')).toMatchObject([{ breaking: true, message: expect.stringContaining('heading') }]);
  });

  it('says that it could not be told where the broker does not answer, and where schemas hold references', async () => {
    const to = version(promised);
    expect(await look(to, undefined, 'reader', ['127.0.0.1:1'])).toMatchObject([{ breaking: false, untold: 'unreachable', port: 'trips' }]);
    const base = JSON.stringify({ type: 'record', name: 'Base', namespace: 'org.test', fields: [field('a', 'string')] });
    const document = {
      schema: schema(field('base', 'org.test.Base')),
      schemaType: 'AVRO' as const,
      references: [{ name: 'org.test.Base', subject: subjects[2]!, version: 1 }],
    };
    await registry.register(subjects[2]!, { schema: base, schemaType: 'AVRO' });
    await registry.register(subjects[3]!, document);
    const header = Buffer.alloc(5);
    header.writeUInt32BE((await registry.lookup(subjects[3]!, document))!.id, 1);
    await write(header);
    expect(await look(to)).toMatchObject([{ breaking: false, untold: 'unreadable', message: expect.stringContaining('references') }]);
  });
});
