import avro from 'avsc';
import type { Json } from '../json.js';
import type { ChangeFinding } from './finding.js';

type Found = Omit<ChangeFinding, 'part' | 'pointer'>;

/** Who reads what after the change: consumers of an output port keep the old schema, the product reads its input with the new one. */
export type Direction = 'output' | 'input';

/** Judges a new Avro schema of a port against the former one (C34 to C48). */
export function compareAvro(before: Json, after: Json, direction: Direction): Found[] {
  const [old, next] = [typeOf(before), typeOf(after)];
  if (!old || !next)
    return [{ rule: 'C33', class: 'needs-approval', bump: 'minor', message: 'one of the two schemas is no valid Avro: not compared' }];
  const found = differences(old, next, direction, '');
  const resolves = direction === 'output' ? reads(old, next) : reads(next, old);
  // What the rules above did not name but a real reader would refuse.
  if (!resolves && !found.some((finding) => finding.class === 'breaking'))
    found.push({ rule: 'C39', class: 'breaking', bump: 'major', message: unreadable(direction) });
  return found.length > 0 ? found : [{ rule: 'C48', class: 'non-breaking', bump: 'patch', message: 'documentation or order changed' }];
}

const unreadable = (direction: Direction): string =>
  direction === 'output'
    ? 'consumers with the old schema cannot read the new data'
    : 'the product cannot read the data that its sources send';

function typeOf(schema: Json): avro.Type | undefined {
  try {
    // `null` wraps no union: the declared shape is what counts.
    return avro.Type.forSchema(schema as avro.Schema, { wrapUnions: true });
  } catch {
    return undefined;
  }
}

/** True when a reader with the first schema understands what a writer with the second wrote. */
function reads(reader: avro.Type, writer: avro.Type): boolean {
  try {
    reader.createResolver(writer);
    return true;
  } catch {
    return false;
  }
}

function differences(old: avro.Type, next: avro.Type, direction: Direction, path: string): Found[] {
  if (isRecord(old) && isRecord(next)) {
    const renamed: Found[] =
      old.name === next.name
        ? []
        : [{ rule: 'C45', class: 'breaking', bump: 'major', message: `${path || 'the record'} has another name or namespace` }];
    return [...renamed, ...fieldDifferences(old, next, direction, path)];
  }
  if (JSON.stringify(old.schema()) === JSON.stringify(next.schema())) return [];
  const [forwards, backwards] = [reads(old, next), reads(next, old)];
  const where = path || 'the value';
  const needed = direction === 'output' ? forwards : backwards;
  const other = direction === 'output' ? backwards : forwards;
  if (!needed)
    return [
      {
        rule: old.typeName === next.typeName ? 'C42' : 'C39',
        class: 'breaking',
        bump: 'major',
        message: `${where} changed its type: ${unreadable(direction)}`,
      },
    ];
  // What stays in a retained topic, or what others still write, meets the other schema.
  if (!other)
    return [
      {
        rule: 'C40',
        class: 'needs-approval',
        bump: 'minor',
        message: `${where} is narrower than before: records written earlier cannot be read with the new schema`,
      },
    ];
  return [{ rule: 'C48', class: 'non-breaking', bump: 'minor', message: `${where} changed its type in a way that both sides read` }];
}

function fieldDifferences(old: avro.types.RecordType, next: avro.types.RecordType, direction: Direction, path: string): Found[] {
  const found: Found[] = [];
  for (const field of next.fields) {
    const before = old.field(field.name);
    const name = path === '' ? field.name : `${path}.${field.name}`;
    if (before) found.push(...differences(before.type, field.type, direction, name));
    else found.push(added(name, hasDefault(field), direction));
  }
  for (const field of old.fields)
    if (!next.field(field.name)) found.push(removed(path === '' ? field.name : `${path}.${field.name}`, hasDefault(field), direction));
  return found;
}

function added(name: string, optional: boolean, direction: Direction): Found {
  if (optional) return { rule: 'C34', class: 'non-breaking', bump: 'minor', message: `field ${name} is added with a default` };
  return direction === 'output'
    ? {
        rule: 'C35',
        class: 'needs-approval',
        bump: 'minor',
        message: `field ${name} is added without a default: records written earlier cannot be read with the new schema`,
      }
    : { rule: 'C35', class: 'breaking', bump: 'major', message: `field ${name} is added without a default: sources do not send it` };
}

function removed(name: string, optional: boolean, direction: Direction): Found {
  if (direction === 'input')
    return { rule: optional ? 'C36' : 'C37', class: 'non-breaking', bump: 'minor', message: `field ${name} is not read any more` };
  return optional
    ? { rule: 'C36', class: 'breaking', bump: 'major', message: `field ${name} is removed: readers would silently get its default` }
    : { rule: 'C37', class: 'breaking', bump: 'major', message: `field ${name} is removed: ${unreadable(direction)}` };
}

const hasDefault = (field: avro.types.Field): boolean => field.defaultValue() !== undefined;
const isRecord = (type: avro.Type): type is avro.types.RecordType => avro.Type.isType(type, 'record');
