import {
  Admin,
  Consumer,
  ListOffsetTimestamps,
  MultipleErrors,
  NetworkError,
  ProduceAcks,
  Producer,
  ProtocolError,
  TimeoutError,
  UserError,
  stringSerializers,
} from '@platformatic/kafka';
import { Failure } from '../../lifecycle/failures.js';

/** A broker answers in milliseconds; after a crash it serves again within about 20 s, which is the retry's business, not one request's. */
const REQUEST_TIMEOUT_MS = 10_000;

const client = (bootstrapServers: string[]): { clientId: string; bootstrapBrokers: string[]; requestTimeout: number; retries: number } => ({
  clientId: 'steward',
  bootstrapBrokers: bootstrapServers,
  requestTimeout: REQUEST_TIMEOUT_MS,
  // The caller retries as a whole, and says so.
  retries: 1,
});

/** Lends an admin connection and closes it. An unreachable broker becomes `SystemUnavailable`. */
export async function withKafkaAdmin<T>(bootstrapServers: string[], use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin(client(bootstrapServers));
  try {
    return await use(admin);
  } catch (error) {
    throw kafkaFailure(error, bootstrapServers);
  } finally {
    await admin.close().catch(() => undefined);
  }
}

/** The consumer groups that exist, of those named. */
export const existingGroups = (bootstrapServers: string[], names: string[]): Promise<string[]> =>
  names.length === 0
    ? Promise.resolve([])
    : withKafkaAdmin(bootstrapServers, async (admin) => {
        const groups = await admin.listGroups();
        return names.filter((name) => groups.has(name));
      });

/** Deletes groups and their offsets; harmless for those that are gone. A group with members is left and returned. */
export const deleteGroups = (bootstrapServers: string[], names: string[]): Promise<{ busy: string[] }> =>
  withKafkaAdmin(bootstrapServers, async (admin) => {
    const present = await admin.listGroups();
    const groups = names.filter((name) => present.has(name));
    if (groups.length === 0) return { busy: [] };
    const described = await admin.describeGroups({ groups });
    const busy = groups.filter((name) => (described.get(name)?.members.size ?? 0) > 0);
    const idle = groups.filter((name) => !busy.includes(name));
    if (idle.length) await admin.deleteGroups({ groups: idle });
    return { busy };
  });

/** Records between the first and the last offset of each topic, by topic: compacted and transactional topics hold fewer. Absent topics are left out. */
export async function topicRecordCounts(bootstrapServers: string[], topics: string[]): Promise<Map<string, number>> {
  const present = await withKafkaAdmin(bootstrapServers, (admin) => admin.listTopics());
  const known = topics.filter((topic) => present.includes(topic));
  if (known.length === 0) return new Map();
  return withKafkaReader(bootstrapServers, async (reader) => {
    const [first, last] = await Promise.all([
      reader.listOffsets({ topics: known, timestamp: ListOffsetTimestamps.EARLIEST }),
      reader.listOffsets({ topics: known, timestamp: ListOffsetTimestamps.LATEST }),
    ]);
    const count = (topic: string): number =>
      (last.get(topic) ?? []).reduce((sum, end, partition) => sum + Number(end - (first.get(topic)?.[partition] ?? 0n)), 0);
    return new Map(known.map((topic) => [topic, count(topic)]));
  });
}

/** Lends what offsets and records are read with (a consumer, in this library), and closes it. It joins no group and commits nothing. */
export async function withKafkaReader<T>(bootstrapServers: string[], use: (reader: Consumer) => Promise<T>): Promise<T> {
  const reader = new Consumer({ ...client(bootstrapServers), groupId: 'steward-reader' });
  try {
    return await use(reader);
  } catch (error) {
    throw passingOr(error, bootstrapServers);
  } finally {
    await reader.close().catch(() => undefined);
  }
}

/** One record, as text. */
export interface TextRecord {
  topic: string;
  key: string;
  value: string;
  headers: { [name: string]: string };
}

/**
 * Writes one record and waits until the replicas have it. Topics are not made on the way. Throws `SystemUnavailable` for an unreachable
 * broker, and for a topic that is not there (yet); the record may have been written all the same.
 */
export async function produce(bootstrapServers: string[], record: TextRecord): Promise<void> {
  const producer = new Producer({ ...client(bootstrapServers), serializers: stringSerializers, autocreateTopics: false });
  try {
    await producer.send({ messages: [record], acks: ProduceAcks.ALL });
  } catch (error) {
    throw passingOr(error, bootstrapServers);
  } finally {
    await producer.close().catch(() => undefined);
  }
}

/** As `kafkaFailure`, but what Kafka calls worth a retry is `SystemUnavailable`. */
function passingOr(error: unknown, bootstrapServers: string[]): unknown {
  const failure = kafkaFailure(error, bootstrapServers);
  return failure instanceof Failure && isPassing(error) ? new Failure('SystemUnavailable', failure.message, { cause: error }) : failure;
}

/** What Kafka itself calls worth a retry, e.g. while a leader is chosen; the library's UserError is a topic that no broker knows of (yet). */
const isPassing = (error: unknown): boolean =>
  error instanceof Error &&
  flatten(error).some((each) => each instanceof UserError || (each instanceof ProtocolError && each['canRetry'] === true));

/** Says which broker and what it answered. The library wraps every error in others. */
export function kafkaFailure(error: unknown, bootstrapServers: string[]): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  const all = flatten(error);
  const where = `Kafka at ${bootstrapServers.join(', ')}`;
  if (all.some((each) => each instanceof NetworkError || each instanceof TimeoutError))
    return new Failure('SystemUnavailable', `${where} cannot be reached: ${all.at(-1)?.message ?? error.message}`, { cause: error });
  return new Failure('SystemRefused', `${where}: ${all.map(({ message }) => message).join(': ')}`, { cause: error });
}

const flatten = (error: Error): Error[] =>
  error instanceof MultipleErrors || error instanceof AggregateError
    ? [error, ...error.errors.flatMap((each: unknown) => (each instanceof Error ? flatten(each) : []))]
    : [error];
