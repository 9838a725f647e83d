import { comparePayload, type SchemaFormat } from '../../../descriptors/index.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { Json } from '../../../lifecycle/digest.js';
import type { RegisteredVersion, SchemaDocument } from './client.js';
import type { WantedSubject } from './wanted.js';
import type { RegistryState } from './world.js';

/** Enough to see what is wrong with a version. */
const SHOWN_REASONS = 3;

/**
 * Judges whether a schema can read what is in a topic of somebody else's: records of any version that is registered for it.
 * @returns what could not be judged, in words
 * @throws SchemaIncompatible with each version that it cannot read, and why
 */
export function judgeReading({ subject, document }: WantedSubject, state: RegistryState): string[] {
  const live = state[subject]?.live ?? [];
  if (live.length === 0) return [`${subject} is not registered yet: whether this product can read its records is not known`];
  const faults = live.flatMap((version) => {
    const reasons = unreadable(version, document);
    if (!reasons || reasons.length === 0) return [];
    const more = reasons.length > SHOWN_REASONS ? ` (and ${reasons.length - SHOWN_REASONS} more)` : '';
    return [`version ${version.version}: ${reasons.slice(0, SHOWN_REASONS).join('; ')}${more}`];
  });
  if (faults.length > 0)
    throw new Failure(
      'SchemaIncompatible',
      `the schema of the input port cannot read what is written under ${subject}: ${faults.join('. ')}`,
      {
        details: { subject, faults },
      },
    );
  const unjudged = live.filter((version) => unreadable(version, document) === undefined).map(({ version }) => version);
  return unjudged.length > 0
    ? [`versions ${unjudged.join(', ')} of ${subject} hold references or another language: they were not judged`]
    : [];
}

/** Why a new reader cannot read records of a version; undefined = it cannot be judged here. */
function unreadable(written: RegisteredVersion, reader: SchemaDocument): string[] | undefined {
  if (written.schemaType !== reader.schemaType || written.references || reader.references) return undefined;
  const schemaOf = ({ schema, schemaType }: SchemaDocument): Json => (schemaType === 'PROTOBUF' ? schema : (JSON.parse(schema) as Json));
  const format = reader.schemaType.toLowerCase() as SchemaFormat;
  return comparePayload(schemaOf(written), schemaOf(reader), format, 'input').flatMap(({ class: verdict, message }) =>
    verdict === 'breaking' || verdict === 'reject' ? [message] : [],
  );
}
