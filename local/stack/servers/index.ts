import type { Server, ServerName } from '../server.js';
import { flinkServer } from './flink.js';
import { kafkaServer } from './kafka.js';
import { s3Server } from './s3.js';
import { schemaRegistryServer } from './schema-registry.js';
import { temporalServer } from './temporal.js';

/** Every server of the stack by its name. */
export const servers: Record<ServerName, Server> = {
  s3: s3Server,
  temporal: temporalServer,
  kafka: kafkaServer,
  'schema-registry': schemaRegistryServer,
  flink: flinkServer,
};

export { S3_REGION } from './s3.js';
export { TEMPORAL_NAMESPACE } from './temporal.js';

/** The part each server runs from. */
export const partOfServer = Object.fromEntries(Object.values(servers).map(({ name, part }) => [name, part])) as Record<
  ServerName,
  Server['part']
>;
