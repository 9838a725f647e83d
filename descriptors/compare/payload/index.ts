import type { Json } from '../../json.js';
import type { SchemaFormat } from '../../tasks/index.js';
import type { ChangeFinding } from '../finding.js';
import { compareAvro } from './avro.js';
import type { Direction } from './direction.js';
import { compareJsonSchema } from './json-schema.js';
import { compareProtobuf } from './protobuf.js';

export type { Direction } from './direction.js';

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

/** The schema language that a name means: of a specification or of a media type. Undefined for another language. */
export function formatNamed(name: string): SchemaFormat | undefined {
  if (/avro/i.test(name)) return 'avro';
  if (/proto/i.test(name)) return 'protobuf';
  return /json[-_ ]?schema|schema\+json/i.test(name) ? 'json' : undefined;
}

/** The schema language of a message. AsyncAPI's own is JSON Schema. */
export const formatOf = ({ schemaFormat, contentType }: { schemaFormat: string; contentType: string }): SchemaFormat =>
  formatNamed(schemaFormat || contentType) ?? 'json';
