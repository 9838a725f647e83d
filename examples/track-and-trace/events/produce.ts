import { compatibilityPartitioner, Producer, stringSerializers } from '@platformatic/kafka';
import { encode, latestSchema } from './registry.js';
import { parseCsv } from './table.js';

export interface ProduceOptions {
  /** host:port, several of them. */
  kafka: string[];
  /** Address of the schema registry. */
  registry: string;
  topic: string;
  /** Text of a file such as `trip-events.csv`. */
  csv: string;
}

/**
 * Sends trip events as the systems in the field do: Avro under the registered schema of the topic, keyed by trip, partitioned as Java
 * clients do, so that the events of a trip stay in order. Returns how many the broker acknowledged.
 */
export async function produceTripEvents({ kafka, registry, topic, csv }: ProduceOptions): Promise<number> {
  const schema = await latestSchema(registry, `${topic}-value`);
  const producer = new Producer({
    clientId: 'trip-events',
    bootstrapBrokers: kafka,
    serializers: { ...stringSerializers, value: (value?: Buffer) => value },
    // The library's own default partitioner places keys elsewhere than Java's.
    partitioner: compatibilityPartitioner,
  });
  try {
    const messages = parseCsv(csv).map((row) => ({ topic, key: row.tripId!, value: encode(schema, eventOf(row)) }));
    await producer.send({ messages, acks: -1 });
    return messages.length;
  } finally {
    await producer.close();
  }
}

function eventOf({ tripId, tripStatus, longitude, latitude, timestamp }: Record<string, string>): unknown {
  const degrees = (text: string | undefined): number | null => (text ? Number(text) : null);
  return { tripId, tripStatus, longitude: degrees(longitude), latitude: degrees(latitude), timestamp: Date.parse(timestamp!) };
}
