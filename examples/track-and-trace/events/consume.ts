import { randomBytes } from 'node:crypto';
import { Admin, Consumer, MessagesStreamModes } from '@platformatic/kafka';
import { Decoder, typeOf } from './registry.js';
import { toRow, type Row } from './table.js';

/** A reader that waits longer than this for what it expects says so instead of waiting for ever. */
const DEFAULT_TIMEOUT_MS = 60_000;

export interface ConsumeOptions {
  /** host:port, several of them. */
  kafka: string[];
  /** Address of the schema registry. */
  registry: string;
  topic: string;
  /** `keyed`: the newest row of each key, as of a compacted topic; `append`: every record. */
  kind: 'keyed' | 'append';
  /** True when the rows read so far are all that is wanted. */
  until: (rows: Row[]) => boolean;
  /** The reader's own schema (JSON text), e.g. that of an older version; default: as written. */
  readerSchema?: string;
  timeoutMs?: number;
}

/** Reads a topic from its beginning as a consumer of the port does, until `until` says so, and leaves no consumer group behind. */
export async function consumeTable(options: ConsumeOptions): Promise<Row[]> {
  const { kafka, registry, topic, kind, until, readerSchema, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const decoder = new Decoder(registry, readerSchema === undefined ? undefined : typeOf(readerSchema));
  const groupId = `trip-reader-${randomBytes(4).toString('hex')}`;
  const consumer = new Consumer({ clientId: 'trip-reader', groupId, bootstrapBrokers: kafka, autocommit: false, maxWaitTime: 100 });
  const rows = new Map<string, Row>();
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  try {
    const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST, autocommit: false });
    timer = setTimeout(() => {
      isLate = true;
      void stream.close();
    }, timeoutMs);
    if (until([])) return [];
    for await (const { key, value, partition, offset } of stream) {
      const at = kind === 'keyed' ? (key?.toString() ?? '') : `${partition}/${offset}`;
      // A record without a value takes its key away.
      if (value) rows.set(at, toRow(await decoder.decode(value)));
      else rows.delete(at);
      if (until([...rows.values()])) return [...rows.values()];
    }
    throw new Error(isLate ? `${topic}: not there after ${timeoutMs / 1000} s, only ${rows.size} rows` : `${topic}: the stream ended`);
  } finally {
    clearTimeout(timer);
    await consumer.close(true);
    await dropGroup(kafka, groupId);
  }
}

async function dropGroup(kafka: string[], groupId: string): Promise<void> {
  const admin = new Admin({ clientId: 'trip-reader', bootstrapBrokers: kafka });
  try {
    if ((await admin.listGroups()).has(groupId)) await admin.deleteGroups({ groups: [groupId] });
  } finally {
    await admin.close();
  }
}
