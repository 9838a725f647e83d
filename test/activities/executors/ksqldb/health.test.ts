import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { produce, withKafkaAdmin } from '../../../../activities/support/kafka.js';
import { uniqueName } from '../../../support/executor-world.js';
import { KsqlDbStandIn } from '../../../support/ksqldb/stand-in.js';
import { KsqlDbProduct, tripScript } from '../../../support/ksqldb/step.js';
import { stackAddresses } from '../../../support/stack.js';

/** Proves, with a real broker behind the STAND-IN for ksqlDB, that what a query has read tells whether it has overcome its errors. */
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

  it('is bad from a new error on, and good again once everything is read; an error of before a given time does not count', async () => {
    const id = topic.replaceAll(/\W/g, '');
    const step = new KsqlDbProduct(server.url, { kafka: { bootstrapServers: kafka } });
    const run = step.step({ to: step.version(tripScript(id)) });
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
    expect(await run.probe('apply', new Date(Date.now() + 1_000).toISOString())).toMatchObject({ healthy: true });

    await commit(group, BigInt(written));
    expect(await run.probe()).toMatchObject({ state: 'to', healthy: true });
  });
});
