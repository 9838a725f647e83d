import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { produce, withKafkaAdmin } from '../../../../activities/support/kafka.js';
import { uniqueName } from '../../../support/executor-world.js';
import { KsqlDbStandIn } from '../../../support/ksqldb/stand-in.js';
import { KsqlDbProduct, tripScript } from '../../../support/ksqldb/step.js';
import { stackAddresses } from '../../../support/stack.js';

/** Proves, with a real broker behind the STAND-IN for ksqlDB, what makes a query unwell, and that it is told how far it is behind. */
describe('the health of ksqlDB queries', () => {
  const topic = uniqueName('health');
  const kafka = [stackAddresses().kafka];
  const written = 3;
  let server: KsqlDbStandIn;
  let group: string | undefined;
  beforeAll(async () => {
    server = await new KsqlDbStandIn().start();
    await withKafkaAdmin(kafka, (admin) => admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 }));
    for (let at = 0; at < written; at += 1) await produce(kafka, { topic, key: `${at}`, value: 'x', headers: {} });
  });
  afterAll(async () => {
    await server.kill();
    await withKafkaAdmin(kafka, async (admin) => {
      if (group !== undefined) await admin.deleteGroups({ groups: [group] });
      await admin.deleteTopics({ topics: [topic] });
    });
  });
  const commit = (groupId: string, offset: bigint): Promise<void> =>
    withKafkaAdmin(kafka, (admin) =>
      admin.alterConsumerGroupOffsets({ groupId, topics: [{ name: topic, partitionOffsets: [{ partition: 0, offset }] }] }),
    );

  it('is bad from a new error on, however far it has read; an error from before the time that is asked about does not count', async () => {
    const id = topic.replaceAll(/\W/g, '');
    const step = new KsqlDbProduct(server.url, { kafka: { bootstrapServers: kafka } });
    const to = step.version(tripScript(id));
    const run = step.step({ to });
    await run.run();
    const query = [...server.state.queries.keys()].find((each) => each.startsWith('CTAS') || each.startsWith('CSAS'))!;
    group = `_confluent-ksql-trips_query_${query}`;
    server.failQuery(query, 'Caused by: java.lang.IllegalStateException: the record of trip 7');
    expect(await run.probe()).toMatchObject({
      healthy: false,
      evidence: expect.arrayContaining([`query ${query}: RUNNING, how far it is behind is not known`]),
    });

    await commit(group, 1n);
    const stuck = await run.probe();
    expect(stuck.healthy).toBe(false);
    expect(stuck.evidence).toContain(`query ${query}: RUNNING, ${written - 1} records behind`);
    expect(stuck.evidence.join('\n')).toContain('the record of trip 7');
    // In one partition everything may be read while the first record of another fails again and again.
    await commit(group, BigInt(written));
    const read = await run.probe();
    expect(read.healthy).toBe(false);
    expect(read.evidence).toContain(`query ${query}: RUNNING, 0 records behind`);

    const later = step.step({ from: to, to });
    await later.preview();
    expect(await later.probe('finalise')).toMatchObject({ state: 'to', healthy: true });
    expect(await later.probe('finalise', new Date(Date.now() - 60_000).toISOString())).toMatchObject({ healthy: false });
    expect(await later.probe('finalise', new Date(Date.now() + 60_000).toISOString())).toMatchObject({ healthy: true });
  });

  it('is bad when somebody has ended the query of a table, which stays and looks well', async () => {
    const id = `${topic.replaceAll(/\W/g, '')}gone`;
    const step = new KsqlDbProduct(server.url, { kafka: { bootstrapServers: kafka } });
    const run = step.step({ to: step.version(tripScript(id)) });
    await run.run();
    expect(await run.probe()).toMatchObject({ healthy: true });
    const [query] = [...server.state.queries.values()].filter(({ sink, insert }) => !insert && sink.endsWith('GONE'));
    server.state.queries.delete(query!.id);
    const probe = await run.probe();
    expect(probe).toMatchObject({ state: 'to', healthy: false });
    expect(probe.evidence.join('\n')).toContain(`no query fills`);
  });

  it('is bad when a query is paused, but for the operation that found it paused', async () => {
    const id = `${topic.replaceAll(/\W/g, '')}paused`;
    const step = new KsqlDbProduct(server.url, { kafka: { bootstrapServers: kafka } });
    const to = step.version(tripScript(id));
    const run = step.step({ to });
    await run.run();
    const [query] = [...server.state.queries.values()].filter(({ sink, insert }) => !insert && sink.endsWith('PAUSED'));
    query!.state = 'PAUSED';
    const probe = await run.probe();
    expect(probe).toMatchObject({ state: 'to', healthy: false });
    expect(probe.evidence).toContain(`query ${query!.id} is PAUSED`);

    const later = step.step({ from: to, to });
    await later.preview();
    expect(await later.probe('finalise')).toMatchObject({ state: 'to', healthy: true });
    expect(await later.probe('finalise', new Date().toISOString())).toMatchObject({ healthy: false });
  });

  it('is bad when an INSERT INTO fails or is gone, into a stream of others too, and though it did not change', async () => {
    const id = `${topic.replaceAll(/\W/g, '')}inserts`;
    const product = new KsqlDbProduct(server.url);
    server.state.run(
      "CREATE STREAM theirs (trip_id VARCHAR KEY) WITH (KAFKA_TOPIC='theirs', VALUE_FORMAT='JSON', PARTITIONS=1);",
      {},
      true,
    );
    const task = product.version(`${tripScript(id)}INSERT INTO theirs WITH (QUERY_ID='MINE') SELECT trip_id FROM trip_events_${id};`);
    await product.step({ to: task }).run();
    const again = product.step({ from: task, to: task });
    await again.run();
    expect(await again.probe()).toMatchObject({ healthy: true });
    server.failQuery('MINE', 'the record of trip 7');
    expect((await again.probe()).evidence).toContainEqual(expect.stringMatching(/MINE fails since .*trip 7/));
    expect(await again.probe()).toMatchObject({ healthy: false });
    server.state.queries.delete('MINE');
    expect(await again.probe()).toMatchObject({
      healthy: false,
      evidence: expect.arrayContaining(['the query MINE does not run any more']),
    });
  });

  it('is not bad when a node is away while another one works', async () => {
    const id = `${topic.replaceAll(/\W/g, '')}nodes`;
    const product = new KsqlDbProduct(server.url);
    const step = product.step({ to: product.version(tripScript(id)) });
    await step.run();
    server.state.secondNode = 'UNRESPONSIVE';
    expect(await step.probe()).toMatchObject({ state: 'to', healthy: true });
    for (const query of server.state.queries.values()) if (query.sink.endsWith('NODES')) query.state = 'PAUSED';
    const probe = await step.probe();
    expect(probe.healthy).toBe(false);
    expect(probe.evidence).toContainEqual(expect.stringMatching(/is UNRESPONSIVE, PAUSED/));
    delete server.state.secondNode;
  });
});
