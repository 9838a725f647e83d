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
});
