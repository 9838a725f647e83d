import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Admin } from '@platformatic/kafka';
import { execa } from 'execa';
import type { Ports } from '../ports.js';
import type { Server, ServerContext } from '../server.js';

const PROBE_TIMEOUT_MS = 2_000;

/** One broker for one machine: small pools and buffers, single replicas, topics only by intent. */
function properties(data: string, ports: Ports): string {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.kafkaController}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.kafkaController}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.kafka}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': join(data, 'log'),
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    // After a kill -9 the old incarnation's session has to lapse first: with these 6 to 17 s instead of 23.
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 500,
  };
  return `${Object.entries(settings)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n`;
}

/** Warnings and worse, each with its time. */
const slf4j = ['defaultLogLevel=warn', 'showDateTime=true', "dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ"].map(
  (setting) => `-Dorg.slf4j.simpleLogger.${setting}`,
);

const jvm = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...slf4j];

export const kafkaServer: Server = {
  name: 'kafka',
  title: 'Kafka',
  part: 'kafka',
  ports: ['kafka', 'kafkaController'],
  stage: 1,
  // Under 3 s at rest, up to 17 s after a kill -9, a multiple of it under load.
  readyWithinMs: 120_000,
  // A controlled shutdown flushes every log.
  stopWithinMs: 30_000,
  async prepare({ data, part, ports }: ServerContext) {
    const config = join(data, 'server.properties');
    await writeFile(config, properties(data, ports));
    if (existsSync(join(data, 'log', 'meta.properties'))) return;
    const format = formatArguments(randomBytes(16).toString('base64url'), config);
    await execa('java', ['-Xmx128m', ...jvm, '-cp', join(part, 'lib', '*'), ...format]);
  },
  async command({ data, part }) {
    return { file: 'java', args: ['-Xmx384m', ...jvm, '-cp', join(part, 'lib', '*'), 'kafka.Kafka', join(data, 'server.properties')] };
  },
  async probe({ ports }) {
    const admin = new Admin({
      clientId: 'steward-stack',
      bootstrapBrokers: [`127.0.0.1:${ports.kafka}`],
      retries: 0,
      connectTimeout: PROBE_TIMEOUT_MS,
      timeout: PROBE_TIMEOUT_MS,
    });
    try {
      await admin.listTopics();
    } finally {
      await admin.close();
    }
  },
};

/** How Kafka's storage is formatted. One id in 64 begins with a dash: as an argument of its own it would be taken for an option. */
export const formatArguments = (clusterId: string, config: string): string[] => [
  'kafka.tools.StorageTool',
  'format',
  `--cluster-id=${clusterId}`,
  '-c',
  config,
  '--ignore-formatted',
];
