import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Ports } from '../ports.js';
import type { Server } from '../server.js';

/** Two jobs a data product; room for the products that one machine can show or test at once. */
const SLOTS = 16;

/** Small memory, local addresses, checkpoints that outlive a cancelled job, and a dead task manager noticed in seconds. */
function configuration(data: string, ports: Ports): object {
  const local = '127.0.0.1';
  return {
    'rest.address': local,
    'rest.bind-address': local,
    'rest.port': ports.flinkRest,
    'jobmanager.rpc.address': local,
    'jobmanager.bind-host': local,
    'taskmanager.host': local,
    'taskmanager.bind-host': local,
    'taskmanager.numberOfTaskSlots': SLOTS,
    'taskmanager.memory.managed.size': '64m',
    'taskmanager.memory.network.min': '64m',
    'taskmanager.memory.network.max': '64m',
    'sql-gateway.endpoint.rest.address': local,
    'sql-gateway.endpoint.rest.bind-address': local,
    'sql-gateway.endpoint.rest.port': ports.flinkGateway,
    'execution.target': 'remote',
    'state.backend.type': 'hashmap',
    'execution.checkpointing.interval': '10s',
    'execution.checkpointing.dir': `file://${join(data, 'checkpoints')}`,
    'execution.checkpointing.savepoint-dir': `file://${join(data, 'savepoints')}`,
    'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
    'execution.checkpointing.num-retained': 2,
    'restart-strategy.type': 'fixed-delay',
    'restart-strategy.fixed-delay.attempts': 2147483647,
    'restart-strategy.fixed-delay.delay': '2s',
    'heartbeat.interval': 2000,
    'heartbeat.timeout': 10000,
    'cluster.registration.initial-timeout': 100,
    'cluster.registration.max-timeout': 2000,
    'io.tmp.dirs': join(data, 'tmp'),
    'web.upload.dir': join(data, 'tmp'),
  };
}

const openPackages = [
  'lang',
  'lang.reflect',
  'net',
  'io',
  'nio',
  'text',
  'time',
  'util',
  'util.concurrent',
  'util.concurrent.atomic',
  'util.concurrent.locks',
];

/** Warnings and worse, each with its time. */
const slf4j = ['defaultLogLevel=warn', 'showDateTime=true', "dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ"].map(
  (setting) => `-Dorg.slf4j.simpleLogger.${setting}`,
);

const jvm = [
  '-Xmx640m',
  '-XX:MaxMetaspaceSize=320m',
  '-XX:+UseSerialGC',
  ...[...openPackages.map((name) => `java.${name}`), 'sun.nio.ch'].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
  '--add-exports=java.base/sun.net.util=ALL-UNNAMED',
  '--add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED',
  ...slf4j,
];

export const flinkServer: Server = {
  name: 'flink',
  title: 'Flink and its SQL gateway',
  part: 'flink',
  ports: ['flinkRest', 'flinkGateway'],
  stage: 3,
  // 2 to 4 s at rest; loading 160 MB of classes takes far longer on a loaded machine.
  readyWithinMs: 120_000,
  stopWithinMs: 20_000,
  async prepare({ data, ports }) {
    for (const folder of ['conf', 'checkpoints', 'savepoints', 'tmp']) await mkdir(join(data, folder), { recursive: true });
    await writeFile(join(data, 'conf', 'config.yaml'), stringify(configuration(data, ports)));
  },
  async command({ data, part }) {
    const classPath = [join(part, 'classes'), join(part, 'lib', '*')].join(':');
    return {
      file: 'java',
      args: [...jvm, `-Djava.io.tmpdir=${join(data, 'tmp')}`, '-cp', classPath, 'StewardFlink'],
      env: { FLINK_CONF_DIR: join(data, 'conf') },
    };
  },
  async probe({ ports }) {
    const overview = await fetch(`http://127.0.0.1:${ports.flinkRest}/overview`);
    const slots = ((await overview.json()) as { 'slots-total'?: number })['slots-total'] ?? 0;
    if (slots < SLOTS) throw new Error(`the task manager has not registered yet: ${slots} slots`);
    const gateway = await fetch(`http://127.0.0.1:${ports.flinkGateway}/v1/info`);
    if (!gateway.ok) throw new Error(`the SQL gateway answers HTTP ${gateway.status}`);
  },
};
