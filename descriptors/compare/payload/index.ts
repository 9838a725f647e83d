import type { Json } from '../../json.js';
import type { SchemaFormat } from '../../tasks/index.js';
import type { ChangeFinding } from '../finding.js';
import { compareAvro } from './avro.js';
import type { Direction } from './direction.js';
import { compareJsonSchema } from './json-schema.js';
import { compareProtobuf } from './protobuf.js';

export type { Direction } from './direction.js';
export { formatNamed, formatOf } from './formats.js';

/** Judges a new payload schema against the former one (C34 to C51). Pointers are relative to the schema. */
export function comparePayload(
  old: Json,
  next: Json,
  format: SchemaFormat,
  direction: Direction,
  /** The documents that hold the schemas, for references of JSON Schema. */
  before: Json = old,
  after: Json = next,
): ChangeFinding[] {
  if (format === 'avro') return compareAvro(old, next, direction);
  if (format === 'protobuf') return compareProtobuf(old, next, direction);
  return compareJsonSchema(old, next, direction, before, after);
}
