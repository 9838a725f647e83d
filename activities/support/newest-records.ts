import { ListOffsetTimestamps } from '@platformatic/kafka';
import pMap from 'p-map';
import { withKafkaAdmin, withKafkaReader } from './kafka.js';

/** The newest one alone may be the mark of a transaction's end. */
const LOOKED_BACK = 10n;
/** Of each partition; a batch that is larger than this is read whole all the same. */
const LARGEST_ANSWER = 65_536;
const LONGEST_WAIT_MS = 1_000;
/** A broker is asked for so many partitions at a time. */
const PARALLEL_FETCHES = 4;

/** What an attribute of a batch says of marks that are no records. */
const IS_CONTROL = 0b10_0000;

/**
 * How the values (or keys) of the newest records of a topic begin, some of each partition; none for a topic that is not there. Nothing is
 * committed.
 * @param bytes so many of each at most
 */
export async function newestBeginnings(
  bootstrapServers: string[],
  topic: string,
  bytes: number,
  part: 'key' | 'value' = 'value',
): Promise<Buffer[]> {
  const present = await withKafkaAdmin(bootstrapServers, (admin) => admin.listTopics());
  if (!present.includes(topic)) return [];
  return withKafkaReader(bootstrapServers, async (reader) => {
    const topics = [topic];
    const [metadata, first, last] = await Promise.all([
      reader.metadata({ topics }),
      reader.listOffsets({ topics, timestamp: ListOffsetTimestamps.EARLIEST }),
      reader.listOffsets({ topics, timestamp: ListOffsetTimestamps.LATEST }),
    ]);
    const { id, partitions } = metadata.topics.get(topic)!;
    const ends = (last.get(topic) ?? []).map((end, partition) => ({ end, partition, start: first.get(topic)?.[partition] ?? 0n }));
    const read = await pMap(
      ends.filter(({ start, end }) => end > start),
      async ({ start, end, partition }) => {
        const from = end - LOOKED_BACK > start ? end - LOOKED_BACK : start;
        const { responses } = await reader.fetch({
          node: partitions[partition]!.leader,
          maxBytes: LARGEST_ANSWER,
          maxWaitTime: LONGEST_WAIT_MS,
          topics: [
            {
              topicId: id,
              partitions: [
                { partition, fetchOffset: from, partitionMaxBytes: LARGEST_ANSWER, currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
              ],
            },
          ],
        });
        return responses
          .flatMap((answer) => answer.partitions.flatMap(({ records = [] }) => records))
          .filter(({ attributes }) => (attributes & IS_CONTROL) === 0)
          .flatMap(({ records, firstOffset }) =>
            // A batch comes whole, with what is before the offset that was asked for.
            records.flatMap(({ [part]: written, offsetDelta }) =>
              written && firstOffset + BigInt(offsetDelta) >= from ? [Buffer.from(written.subarray(0, bytes))] : [],
            ),
          );
      },
      { concurrency: PARALLEL_FETCHES },
    );
    return read.flat();
  });
}
