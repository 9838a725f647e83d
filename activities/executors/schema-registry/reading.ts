import avsc from 'avsc';
import { comparePayload, type SchemaFormat } from '../../../descriptors/index.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { Json } from '../../../lifecycle/digest.js';
import type { SchemaDocument } from './client.js';
import type { WantedSubject } from './wanted.js';
import type { RegistryState } from './world.js';

/** Enough to see what is wrong with a version. */
const SHOWN_REASONS = 3;

/**
 * Judges whether a schema can read what is in a topic of somebody else's: records of any version that is registered for it. Nothing is
 * said where nothing is registered, nor of schemas with references or in another language.
 * @throws SchemaIncompatible with each version that it cannot read, and why
 */
export function judgeReading({ subject, document }: WantedSubject, state: RegistryState): void {
  const faults = (state[subject]?.live ?? []).flatMap((version) => {
    const reasons = unreadable(version, document);
    return reasons.length === 0 ? [] : [`version ${version.version}: ${firstOf(reasons)}`];
  });
  if (faults.length > 0)
    throw new Failure(
      'SchemaIncompatible',
      `the schema of the input port cannot read what is written under ${subject}: ${faults.join('. ')}`,
      {
        details: { subject, faults },
      },
    );
}

/** The first of many reasons, and how many more there are. */
export const firstOf = (reasons: string[]): string =>
  reasons.slice(0, SHOWN_REASONS).join('; ') + (reasons.length > SHOWN_REASONS ? ` (and ${reasons.length - SHOWN_REASONS} more)` : '');

/** Why a reader cannot read what is written by a schema; empty where it can, or where that cannot be told here. */
export function unreadable(written: SchemaDocument, reader: SchemaDocument): string[] {
  if (written.schemaType !== reader.schemaType || written.references || reader.references) return [];
  if (reader.schemaType === 'AVRO' && resolves(written.schema, reader.schema)) return [];
  const schemaOf = ({ schema, schemaType }: SchemaDocument): Json => (schemaType === 'PROTOBUF' ? schema : (JSON.parse(schema) as Json));
  const format = reader.schemaType.toLowerCase() as SchemaFormat;
  return comparePayload(schemaOf(written), schemaOf(reader), format, 'input').flatMap(({ class: verdict, message }) =>
    verdict === 'breaking' || verdict === 'reject' ? [message] : [],
  );
}

/** Avro's own word: the rules of comparison are stricter, because they also ask whether what is read means the same. */
function resolves(written: string, reader: string): boolean {
  const type = (schema: string): avsc.Type => avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema);
  try {
    type(reader).createResolver(type(written));
    return true;
  } catch {
    return false;
  }
}
