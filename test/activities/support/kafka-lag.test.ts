import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { produce, withKafkaAdmin } from '../../../activities/support/kafka.js';
import { groupLags } from '../../../activities/support/kafka-lag.js';
import { uniqueName } from '../../support/executor-world.js';
import { stackAddresses } from '../../support/stack.js';

/** Proves on a real broker how far behind a group is said to be. */
describe('the lag of consumer groups', () => {
  const topic = uniqueName('lag');
  const group = `${topic}-group`;
  const kafka = [stackAddresses().kafka];
  const written = 5;
  beforeAll(async () => {
    await withKafkaAdmin(kafka, (admin) => admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 }));
    for (let at = 0; at < written; at += 1) await produce(kafka, { topic, key: `${at}`, value: 'x', headers: {} });
  });
  afterAll(() =>
    withKafkaAdmin(kafka, async (admin) => {
      await admin.deleteGroups({ groups: [group] });
      await admin.deleteTopics({ topics: [topic] });
    }),
  );
  const commit = (offset: bigint): Promise<void> =>
    withKafkaAdmin(kafka, (admin) =>
      admin.alterConsumerGroupOffsets({ groupId: group, topics: [{ name: topic, partitionOffsets: [{ partition: 0, offset }] }] }),
    );

  it('is what is written beyond the last commit; of groups that committed nothing there is none', async () => {
    expect(await groupLags(kafka, [group])).toEqual(new Map());
    await commit(2n);
    expect(await groupLags(kafka, [group, `${topic}-nobody`])).toEqual(new Map([[group, 3]]));
    await commit(BigInt(written));
    expect(await groupLags(kafka, [group])).toEqual(new Map([[group, 0]]));
    expect(await groupLags(kafka, [])).toEqual(new Map());
  });
});
