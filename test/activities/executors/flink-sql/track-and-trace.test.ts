import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { flinkSqlExecutor } from '../../../../activities/executors/flink-sql/index.js';
import { isActive, JobManager } from '../../../../activities/executors/flink-sql/job-manager.js';
import { schemaRegistryExecutor } from '../../../../activities/executors/schema-registry/index.js';
import { purge } from '../../../../activities/executors/schema-registry/apply.js';
import { registryOf } from '../../../../activities/executors/schema-registry/client.js';
import { existingGroups, topicRecordCounts, withKafkaAdmin } from '../../../../activities/support/kafka.js';
import { consumeTable, parseCsv, produceTripEvents, type Row } from '../../../../examples/track-and-trace/events/index.js';
import type { Change, Task } from '../../../../lifecycle/task.js';
import { executorWorld, StepRun, task, uniqueName, type ExecutorWorld } from '../../../support/executor-world.js';

const example = 'examples/track-and-trace';
const file = (path: string): string => readFileSync(join(example, path), 'utf8');
const byTrip = (rows: Row[]): Row[] => [...rows].sort((a, b) => a['tripId']!.localeCompare(b['tripId']!));

/** The example's schemas and stream SQL on the real registry, broker and Flink; its topics are made by hand here, Terraform has tests of its own. */
describe('track and trace, from events to tables', () => {
  const product = uniqueName('trackandtrace');
  const prefix = `${product}.`;
  const topics = ['trip-events', 'trip-status', 'trip-position'].map((name) => prefix + name);
  const [events, status, position] = topics as [string, string, string];
  const groups = ['status', 'position'].map((name) => `${prefix}trackandtrace-trip-${name}`);
  let world: ExecutorWorld;
  let kafka: string[];
  let registry: string;

  beforeAll(async () => {
    world = executorWorld();
    kafka = world.environment.kafka.bootstrapServers;
    registry = world.environment.schemaRegistry!.url;
    await withKafkaAdmin(kafka, (admin) => admin.createTopics({ topics, partitions: 3, replicas: 1 }));
  });
  afterAll(async () => {
    const manager = new JobManager(world.environment.flink!);
    for (const job of await manager.jobs()) if (job.name.includes(product) && isActive(job.state)) await manager.cancel(job.id);
    await withKafkaAdmin(kafka, (admin) => admin.deleteTopics({ topics }));
    const client = registryOf(world.deps, 'test');
    for (const subject of topics.map((topic) => `${topic}-value`)) {
      for (const version of await client.versions(subject)) await client.softDelete(subject, version);
      await purge(client, subject);
    }
  });

  const bundles = new Map<string, Task['bundle']>();
  function bundleOf(version: string): Task['bundle'] {
    const found = bundles.get(version);
    if (found) return found;
    const paths = ['schemas', 'sql/flink', 'sql/ksqldb'].flatMap((folder) =>
      readdirSync(join(example, version, folder)).map((name) => `${folder}/${name}`),
    );
    const digest = world.bundle(Object.fromEntries(paths.map((path) => [path, file(`${version}/${path}`)])));
    bundles.set(version, digest);
    return digest;
  }
  const schemaTask = (version: string, name: string): Task =>
    task({
      service: 'schema-registry',
      bundle: bundleOf(version),
      path: `schemas/${name}.avsc`,
      id: `schema:${name}`,
      configurations: {
        subject: `${prefix}${name === 'trip-event' ? 'trip-events' : name}-value`,
        schemaType: 'AVRO',
        compatibility: 'FORWARD_TRANSITIVE',
      },
    });
  const sqlTask = (version: string): Task =>
    task({ service: 'flink-sql', bundle: bundleOf(version), path: 'sql', configurations: { topic_prefix: prefix } });
  const change = (make: (version: string) => Task, from?: string, to?: string): Change => ({
    ...(from ? { from: make(from) } : {}),
    ...(to ? { to: make(to) } : {}),
  });
  const schemas = (from?: string, to?: string): StepRun[] =>
    ['trip-event', 'trip-status', 'trip-position'].map(
      (name) =>
        new StepRun(
          schemaRegistryExecutor(world.deps),
          product,
          change((version) => schemaTask(version, name), from, to),
        ),
    );
  const jobs = (from?: string, to?: string): StepRun => new StepRun(flinkSqlExecutor(world.deps), product, change(sqlTask, from, to));
  const feed = (): Promise<number> => produceTripEvents({ kafka, registry, topic: events, csv: file('events/trip-events.csv') });
  const positions = (count: number, readerSchema?: string): Promise<Row[]> =>
    consumeTable({
      kafka,
      registry,
      topic: position,
      kind: 'append',
      until: (rows) => rows.length >= count,
      ...(readerSchema ? { readerSchema } : {}),
    });

  it('1.0.0: the output ports hold the expected tables', async () => {
    for (const step of schemas(undefined, '1.0.0')) await step.run();
    const deploy = jobs(undefined, '1.0.0');
    await deploy.run();
    expect(await deploy.probe()).toMatchObject({ state: 'to', healthy: true });

    expect(await feed()).toBe(20);
    const expected = parseCsv(file('events/expected-trip-status.csv'));
    const isComplete = (rows: Row[]): boolean =>
      rows.length === expected.length && rows.every((row) => expected.some((each) => JSON.stringify(each) === JSON.stringify(row)));
    expect(byTrip(await consumeTable({ kafka, registry, topic: status, kind: 'keyed', until: isComplete }))).toEqual(expected);
    expect(await positions(9)).toEqual(parseCsv(file('events/expected-trip-position.csv')));
  });

  it('writes under the registered versions: no schema of its own', async () => {
    const client = registryOf(world.deps, 'test');
    expect(await Promise.all([...topics].map((topic) => client.versions(`${topic}-value`)))).toEqual([[1], [1], [1]]);
  });

  it('1.1.0: the new field is there, a reader of 1.0.0 still reads, nothing is lost or doubled', async () => {
    for (const step of schemas('1.0.0', '1.1.0')) await step.run();
    const upgrade = jobs('1.0.0', '1.1.0');
    expect((await upgrade.preview()).changes).toMatchObject([{ address: 'job trip_position', action: 'replace' }]);
    await upgrade.apply();
    expect(await upgrade.probe()).toMatchObject({ state: 'to', healthy: true });
    await feed();
    const rows = await positions(18);
    expect(rows.filter((row) => row['tripStatus']).map((row) => row['tripStatus'])).toEqual([
      'planned',
      ...Array<string>(7).fill('position-notified'),
      'arrived-at-destination',
    ]);
    const old = await positions(18, file('1.0.0/schemas/trip-position.avsc'));
    const once = parseCsv(file('events/expected-trip-position.csv'));
    expect(old).toEqual([...once, ...once]);
    expect((await topicRecordCounts(kafka, [position])).get(position)).toBe(18);
  });

  it('goes back to 1.0.0 while the newer schema is registered, and forward again', async () => {
    const back = jobs('1.1.0', '1.0.0');
    await back.preview();
    await back.apply();
    expect(await back.probe()).toMatchObject({ state: 'to', healthy: true });
    expect(await back.revert()).toEqual([]);
    expect(await back.probe()).toMatchObject({ state: 'from' });
  });

  it('leaves nothing behind when it goes: no job, no consumer group, no subject', async () => {
    const stop = jobs('1.1.0');
    expect((await stop.preview()).changes.map(({ address, phase }) => [address, phase])).toEqual([
      ['job trip_position', 'apply'],
      ['job trip_status', 'apply'],
      [`consumer groups ${[...groups].sort().join(', ')}`, 'finalise'],
    ]);
    await stop.apply('apply');
    await stop.apply('finalise');
    expect(await stop.probe('finalise')).toMatchObject({ state: 'to' });
    for (const step of schemas('1.1.0')) await step.run();

    const manager = new JobManager(world.environment.flink!);
    expect((await manager.jobs()).filter((job) => job.name.includes(product) && isActive(job.state))).toEqual([]);
    expect(await existingGroups(kafka, groups)).toEqual([]);
    const client = registryOf(world.deps, 'test');
    for (const topic of topics) expect(await client.versions(`${topic}-value`, 'with deleted')).toEqual([]);
  });
});
