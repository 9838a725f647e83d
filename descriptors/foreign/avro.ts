import { emptyRegistry } from '../compare/payload/avro.js';
import { at, isObject, listAt, pointerTo, textAt, type Json } from '../json.js';
import type { Fault } from './foreign-finding.js';

/** Judges an Avro schema, inline or as text, by avsc; and what avsc lets pass in silence. */
export async function avroFaults(value: Json): Promise<Fault[]> {
  let schema = value;
  if (typeof value === 'string' && /^\s*[[{"]/.test(value)) {
    try {
      schema = JSON.parse(value) as Json;
    } catch {
      return [{ pointer: '', message: 'the Avro schema is no JSON' }];
    }
  }
  const { default: avro } = await import('avsc');
  try {
    avro.Type.forSchema(schema as Parameters<typeof avro.Type.forSchema>[0], { wrapUnions: true, registry: emptyRegistry() });
  } catch (error) {
    return [{ pointer: placeOf(schema, avro.Type.forSchema), message: `no valid Avro: ${reason(error)}` }];
  }
  return misplacedMeanings(schema, '');
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200);

type Build = (schema: never, options: object) => unknown;

/** The field whose type does not build by itself, when there is one: avsc does not say where it stopped. */
function placeOf(schema: Json, build: Build, pointer = '', depth = 0): string {
  const fields = listAt(schema, 'fields');
  for (const [index, field] of fields.entries()) {
    const type = at(field, 'type');
    const place = pointerTo(pointer, 'fields', index);
    if (type === undefined) return place;
    // A name may be defined elsewhere in the schema.
    if (typeof type === 'string' && !/^[a-z]+$/.test(type)) continue;
    try {
      build(type as never, { wrapUnions: true, registry: emptyRegistry() });
    } catch {
      return isObject(type) && depth < 20 ? placeOf(type, build, pointerTo(place, 'type'), depth + 1) : pointerTo(place, 'type');
    }
  }
  return pointer;
}

/** `logicalType` beside `type` of a field is ignored by every reader: the value stays a plain number. */
function misplacedMeanings(schema: Json | undefined, pointer: string): Fault[] {
  if (Array.isArray(schema)) return schema.flatMap((branch, index) => misplacedMeanings(branch, pointerTo(pointer, index)));
  if (!isObject(schema)) return [];
  return [
    ...listAt(schema, 'fields').flatMap((field, index): Fault[] => {
      const place = pointerTo(pointer, 'fields', index);
      const type = at(field, 'type');
      const own: Fault[] =
        at(field, 'logicalType') !== undefined && typeof type === 'string'
          ? [
              {
                pointer: pointerTo(place, 'logicalType'),
                severity: 'warning',
                message: `logicalType of field ${textAt(field, 'name') ?? index} stands beside its type, where every reader ignores it`,
                hint: 'Write "type": {"type": "...", "logicalType": "..."}.',
              },
            ]
          : [];
      return [...own, ...misplacedMeanings(type, pointerTo(place, 'type'))];
    }),
    ...['items', 'values'].flatMap((key) => misplacedMeanings(at(schema, key), pointerTo(pointer, key))),
  ];
}
