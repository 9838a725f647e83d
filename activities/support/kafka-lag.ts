import { ListOffsetTimestamps } from '@platformatic/kafka';
import { withKafkaAdmin } from './kafka.js';

/**
 * How many records consumer groups have still to read, by group: from their last commits to the ends of those partitions. Groups that have
 * committed nothing, and those that do not exist, are left out. A job of Flink commits with its checkpoints, so it is nearer than this says.
 */
export const groupLags = (bootstrapServers: string[], groups: string[]): Promise<Map<string, number>> =>
  groups.length === 0
    ? Promise.resolve(new Map())
    : withKafkaAdmin(bootstrapServers, async (admin) => {
        const existing = await admin.listGroups();
        const asked = groups.filter((group) => existing.has(group));
        if (asked.length === 0) return new Map();
        const commits = (await admin.listConsumerGroupOffsets({ groups: asked })).flatMap(({ groupId, topics }) =>
          topics.flatMap(({ name, partitions }) =>
            partitions.flatMap(({ partitionIndex, committedOffset }) =>
              committedOffset < 0n ? [] : [{ groupId, topic: name, partitionIndex, committedOffset }],
            ),
          ),
        );
        const present = new Set(await admin.listTopics());
        const topics = [...new Set(commits.map(({ topic }) => topic))].filter((topic) => present.has(topic));
        if (topics.length === 0) return new Map();
        const ends = await admin.listOffsets({
          topics: topics.map((name) => ({
            name,
            partitions: [...new Set(commits.filter(({ topic }) => topic === name).map(({ partitionIndex }) => partitionIndex))].map(
              (partitionIndex) => ({ partitionIndex, timestamp: ListOffsetTimestamps.LATEST }),
            ),
          })),
        });
        const endOf = (topic: string, partition: number): bigint | undefined =>
          ends.find(({ name }) => name === topic)?.partitions.find(({ partitionIndex }) => partitionIndex === partition)?.offset;
        const lags = new Map<string, number>();
        for (const { groupId, topic, partitionIndex, committedOffset } of commits) {
          const end = endOf(topic, partitionIndex);
          if (end !== undefined) lags.set(groupId, (lags.get(groupId) ?? 0) + Math.max(0, Number(end - committedOffset)));
        }
        return lags;
      });
