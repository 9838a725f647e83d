import type { SchemaFormat } from '../../tasks/index.js';

/** The schema language that a name means: of a specification or of a media type. Undefined for another language. */
export function formatNamed(name: string): SchemaFormat | undefined {
  if (/avro/i.test(name)) return 'avro';
  if (/proto/i.test(name)) return 'protobuf';
  return /json[-_ ]?schema|schema\+json/i.test(name) ? 'json' : undefined;
}

/** The schema language of a message. AsyncAPI's own is JSON Schema. */
export const formatOf = ({ schemaFormat, contentType }: { schemaFormat: string; contentType: string }): SchemaFormat =>
  formatNamed(schemaFormat || contentType) ?? 'json';
