import { emptyRegistry } from '../compare/payload/avro.js';
import { at, isObject, listAt, pointerTo, textAt, type Json, type JsonObject } from '../json.js';
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
    const pointer = placeOf(schema, avro.Type.forSchema);
    return [{ pointer, message: `no valid Avro: ${reason(error, pointer)}` }];
  }
  return misplacedMeanings(schema, '');
}

/** What avsc says, without the values that it quotes. */
function reason(error: unknown, pointer: string): string {
  const text = error instanceof Error ? error.message : String(error);
  if (pointer.endsWith('/default')) return 'the default does not fit the type of the field (of a union, its first branch)';
  return text.replace(/^(duplicate field name):.*$/s, '$1').slice(0, 200);
}

type Build = (schema: never, options: object) => unknown;

/** The field that does not build by itself, when there is one: avsc does not say where it stopped. */
function placeOf(schema: Json, build: Build, pointer = '', depth = 0): string {
  const names = new Set<Json | undefined>();
  for (const [index, field] of listAt(schema, 'fields').entries()) {
    const [name, type] = [at(field, 'name'), at(field, 'type')];
    const place = pointerTo(pointer, 'fields', index);
    if (type === undefined) return place;
    if (typeof name !== 'string' || !NAME.test(name) || names.has(name)) return pointerTo(place, 'name');
    names.add(name);
    // A name may be defined elsewhere in the schema.
    if (typeof type === 'string' && !/^[a-z]+$/.test(type)) continue;
    if (!builds(type, build))
      return isObject(type) && depth < 20 ? placeOf(type, build, pointerTo(place, 'type'), depth + 1) : pointerTo(place, 'type');
    if (!builds({ type: 'record', name: 'Alone', fields: [field as Json] }, build)) return pointerTo(place, 'default');
  }
  return pointer;
}

function builds(schema: Json, build: Build): boolean {
  try {
    build(schema as never, { wrapUnions: true, registry: emptyRegistry() });
    return true;
  } catch {
    return false;
  }
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const NAMED: ReadonlySet<Json | undefined> = new Set(['record', 'error', 'enum', 'fixed']);
const MEANINGS: ReadonlySet<string> = new Set([
  ...['decimal', 'big-decimal', 'uuid', 'date', 'duration', 'time-millis', 'time-micros'],
  ...['timestamp', 'local-timestamp'].flatMap((kind) => ['millis', 'micros', 'nanos'].map((unit) => `${kind}-${unit}`)),
]);

/** What avsc lets pass: types that must have a name and have none, meanings that no reader knows. */
function ownFaults(schema: JsonObject, pointer: string): Fault[] {
  const found: Fault[] = [];
  const kind = at(schema, 'type');
  if (NAMED.has(kind) && textAt(schema, 'name') === undefined)
    found.push({ pointer: pointerTo(pointer, 'name'), message: `no valid Avro: ${String(kind)} must have a name` });
  const meaning = textAt(schema, 'logicalType');
  if (meaning !== undefined && typeof kind === 'string' && !MEANINGS.has(meaning))
    found.push({
      pointer: pointerTo(pointer, 'logicalType'),
      severity: 'warning',
      message: 'Avro has no such logicalType: readers ignore it',
    });
  return found;
}

/** `logicalType` beside `type` of a field is ignored by every reader: the value stays a plain number. */
function misplacedMeanings(schema: Json | undefined, pointer: string): Fault[] {
  if (Array.isArray(schema)) return schema.flatMap((branch, index) => misplacedMeanings(branch, pointerTo(pointer, index)));
  if (!isObject(schema)) return [];
  return [
    ...ownFaults(schema, pointer),
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
