import { flink } from './flink.js';
import { kafka } from './kafka.js';
import { kafkaProvider } from './kafka-provider.js';
import { opa } from './opa.js';
import { opentofu } from './opentofu.js';
import type { Part, PartName } from './part.js';
import { schemaRegistry } from './schema-registry.js';
import { temporal } from './temporal.js';
import { versitygw } from './versitygw.js';

/** Every part by its name. */
export const catalogOfParts: Record<PartName, Part> = {
  temporal,
  kafka,
  'schema-registry': schemaRegistry,
  versitygw,
  'kafka-provider': kafkaProvider,
  flink,
  opentofu,
  opa,
};
