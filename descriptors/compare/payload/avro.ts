import { createRequire } from 'node:module';
import type avro from 'avsc';
import { at, isObject, listAt, pointerTo, textAt, type Json } from '../../json.js';
import type { ChangeFinding } from '../finding.js';
import { same } from '../parts.js';
import { beforeAfter, say } from '../say.js';
import { compareAnnotations } from './annotations.js';
import { branchesOf, isSimple, kindOf, namespaceOf, pairsOf, reads, simpleName, takenFor, type Node } from './avro-types.js';
import { compareFieldSets, type Field } from './fields.js';
import { unreadable, type Direction } from './direction.js';

/** Loaded when a schema is there to compare: most commands never need it. */
const load = createRequire(import.meta.url);
const library = (): typeof avro => load('avsc') as typeof avro;

/** Judges a new Avro schema of a port against the former one. What a real reader refuses is never called harmless. */
export function compareAvro(before: Json, after: Json, direction: Direction): ChangeFinding[] {
  const [rawOld, rawNext] = [parsed(before), parsed(after)];
  const [old, next] = [typeOf(rawOld), typeOf(rawNext)];
  if (!old || !next) return unreadable('Avro');
  const positions = new Map([...positionsIn(rawOld), ...positionsIn(rawNext)]);
  const found = new Comparison(direction, namesIn(rawOld), namesIn(rawNext), positions).types(
    { type: old, raw: rawOld },
    { type: next, raw: rawNext },
    { path: '', pointer: '' },
  );
  const resolves = direction === 'output' ? reads(old, next) : reads(next, old);
  if (!resolves && !found.some((finding) => finding.class === 'breaking'))
    found.push(say('C39', 'other', { message: cannotRead(direction) }));
  if (found.length === 0 && !same(rawOld, rawNext)) found.push(say('C48', 'text', { message: 'documentation, order or defaults changed' }));
  // Inside of a text no pointer leads anywhere.
  return typeof after === 'string' ? found.map((finding) => ({ ...finding, pointer: '' })) : found;
}

/** Where each object of a schema stands in it: types are found by their names, in other places than they are used. */
function positionsIn(schema: Json): Map<Json, string> {
  const found = new Map<Json, string>();
  const visit = (value: Json, pointer: string): void => {
    if (typeof value !== 'object' || value === null || found.has(value)) return;
    found.set(value, pointer);
    for (const [key, member] of Object.entries(value)) visit(member, pointerTo(pointer, key));
  };
  visit(schema, '');
  return found;
}

const cannotRead = (direction: Direction): string =>
  direction === 'output'
    ? 'consumers with the old schema cannot read the new data'
    : 'the product cannot read the data that its sources send';

/** A schema may be given as text. */
function parsed(schema: Json): Json {
  if (typeof schema !== 'string') return schema;
  try {
    return JSON.parse(schema) as Json;
  } catch {
    return schema;
  }
}

/** Without a prototype: a type named like one of its members is no type. */
export const emptyRegistry = (): { [name: string]: avro.Type } => Object.create(null) as { [name: string]: avro.Type };

function typeOf(schema: Json): avro.Type | undefined {
  try {
    // Unions are wrapped: the declared shape is what counts.
    return library().Type.forSchema(schema as avro.Schema, { wrapUnions: true, registry: emptyRegistry() });
  } catch {
    return undefined;
  }
}

/** The definitions of the named types of a schema, by full name: the library forgets what it does not know. */
function namesIn(schema: Json): Map<string, Json> {
  const names = new Map<string, Json>();
  const visit = (node: Json | undefined, namespace: string): void => {
    if (Array.isArray(node)) for (const branch of node) visit(branch, namespace);
    if (!isObject(node)) return;
    const name = textAt(node, 'name') ?? '';
    const inner = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : (textAt(node, 'namespace') ?? namespace);
    if (['record', 'error', 'enum', 'fixed'].includes(textAt(node, 'type') ?? ''))
      names.set(name.includes('.') || inner === '' ? name : `${inner}.${name}`, node);
    if (isObject(node['type']) || Array.isArray(node['type'])) visit(node['type'], namespace);
    for (const field of listAt(node, 'fields')) visit(at(field, 'type'), inner);
    visit(at(node, 'items'), inner);
    visit(at(node, 'values'), inner);
  };
  visit(schema, '');
  return names;
}

interface Place {
  path: string;
  pointer: string;
}

class Comparison {
  private readonly seen = new Set<string>();

  constructor(
    private readonly direction: Direction,
    private readonly oldNames: ReadonlyMap<string, Json>,
    private readonly newNames: ReadonlyMap<string, Json>,
    private readonly positions: ReadonlyMap<Json, string>,
  ) {}

  /** Where a part is written; without one, where it is used. */
  private where(raw: Json | undefined, otherwise: string): string {
    return (raw === undefined ? undefined : this.positions.get(raw)) ?? otherwise;
  }

  types(old: Node, next: Node, place: Place): ChangeFinding[] {
    const [before, after] = [branchesOf(old), branchesOf(next)];
    if (before.length === 1 && after.length === 1) return this.single(before[0] as Node, after[0] as Node, place);
    return this.unions(before, after, place);
  }

  private unions(before: Node[], after: Node[], place: Place): ChangeFinding[] {
    const where = place.path || 'the value';
    const found: ChangeFinding[] = [];
    const isNull = ({ type }: Node): boolean => type.typeName === 'null';
    const seen = { pointer: place.pointer, ...beforeAfter(before.map(kindOf), after.map(kindOf)) };
    if (!before.some(isNull) && after.some(isNull))
      found.push(say('C41', this.direction, { ...seen, message: `${where} may be null now` }));
    if (before.some(isNull) && !after.some(isNull))
      found.push(say('C40', this.direction, { ...seen, message: `${where} cannot be null any more` }));
    const [old, next] = [before.filter((branch) => !isNull(branch)), after.filter((branch) => !isNull(branch))];
    if (old.length === 1 && next.length === 1) return [...found, ...this.single(old[0] as Node, next[0] as Node, place)];
    const [pairs, gone, added] = pairsOf(old, next, this.direction);
    for (const [was, branch] of pairs) found.push(...this.single(was, branch, place));
    for (const branch of added) {
      const instead = this.direction === 'output' ? takenFor(branch, old) : undefined;
      found.push(
        instead
          ? say('C48', 'logical', {
              ...seen,
              message: `${where} may be ${kindOf(branch)} now, which old readers take for ${kindOf(instead)}`,
            })
          : say('C44', this.direction, { ...seen, message: `${where} may be ${kindOf(branch)} now` }),
      );
    }
    for (const branch of gone) {
      const instead = this.direction === 'input' ? takenFor(branch, next) : undefined;
      found.push(
        instead
          ? say('C48', 'logical', { ...seen, message: `${kindOf(branch)} of ${where} is taken for ${kindOf(instead)} now` })
          : say('C40', this.direction, { ...seen, message: `${where} is not ${kindOf(branch)} any more` }),
      );
    }
    return found;
  }

  /** Two types that are no unions. */
  private single(old: Node, next: Node, place: Place): ChangeFinding[] {
    const { isType } = library().Type;
    const names: ChangeFinding[] = [];
    const [was, is] = [old.type, next.type];
    if (was.typeName === is.typeName && was.name !== undefined) {
      const pair = `${was.name} ${is.name}`;
      // Each pair of named types once, for types may contain themselves.
      if (this.seen.has(pair)) return [];
      this.seen.add(pair);
      if (was.name !== is.name) names.push(...this.renamed(was, is, place));
    }
    const [rawOld, rawNext] = [this.define(old, this.oldNames), this.define(next, this.newNames)];
    if (isType(was, 'record', 'error') && isType(is, 'record', 'error'))
      return [...names, ...this.records(was as avro.types.RecordType, rawOld, is as avro.types.RecordType, rawNext, place)];
    if (isType(was, 'enum') && isType(is, 'enum'))
      return [...names, ...this.enums(was as avro.types.EnumType, rawOld, is as avro.types.EnumType, rawNext, place)];
    if (isType(was, 'fixed') && isType(is, 'fixed'))
      return [
        ...names,
        ...this.fixed(was as avro.types.FixedType, is as avro.types.FixedType, place),
        ...this.logical(rawOld, rawNext, place),
      ];
    const inner = (node: avro.Type, raw: Json | undefined): Node | undefined =>
      isType(node, 'array')
        ? { type: (node as avro.types.ArrayType).itemsType, raw: at(raw, 'items') }
        : isType(node, 'map')
          ? { type: (node as avro.types.MapType).valuesType, raw: at(raw, 'values') }
          : undefined;
    const [oldInner, newInner] = [inner(was, rawOld), inner(is, rawNext)];
    if (oldInner && newInner && was.typeName === is.typeName) {
      const step = was.typeName === 'array' ? ['items', '[]'] : ['values', '{}'];
      const pointer = pointerTo(this.where(rawNext, place.pointer), step[0] as string);
      return this.types(oldInner, newInner, { path: `${place.path}${step[1]}`, pointer });
    }
    return [...names, ...this.plain(old, next, place), ...(was.typeName === is.typeName ? this.logical(rawOld, rawNext, place) : [])];
  }

  /** A namespace moves with all that is in it: told once. */
  private renamed(old: avro.Type, next: avro.Type, place: Place): ChangeFinding[] {
    const [was, is] = [old.name ?? '', next.name ?? ''];
    const seen = { pointer: place.pointer, ...beforeAfter(was, is) };
    const where = place.path || `the ${next.typeName}`;
    if (simpleName(was) !== simpleName(is)) return [say('C45', 'any', { ...seen, message: `${where} has another name` })];
    const move = `${namespaceOf(was)} ${namespaceOf(is)}`;
    if (this.moves.has(move)) return [];
    this.moves.add(move);
    return [say('C45', 'any', { ...seen, message: `${where} has another namespace` })];
  }
  private readonly moves = new Set<string>();

  private define({ type, raw }: Node, names: ReadonlyMap<string, Json>): Json | undefined {
    return (type.name === undefined ? undefined : names.get(type.name)) ?? raw;
  }

  private records(
    old: avro.types.RecordType,
    rawOld: Json | undefined,
    next: avro.types.RecordType,
    rawNext: Json | undefined,
    place: Place,
  ): ChangeFinding[] {
    const [before, after] = [this.fields(old, rawOld, place), this.fields(next, rawNext, place)];
    const former = new Map(before.map((entry) => [entry.field.name, entry]));
    const current = new Set(after.map(({ field }) => field.name));
    const kept = after.flatMap(({ field, node, raw }) => {
      const was = former.get(field.name);
      if (!was) return [];
      return [...this.types(was.node, node, field), ...compareAnnotations(was.raw, raw, field.pointer, field.path)];
    });
    const gone = before.filter(({ field }) => !current.has(field.name)).map(({ field }) => field);
    const added = after.filter(({ field }) => !former.has(field.name)).map(({ field }) => field);
    return [
      ...compareAnnotations(rawOld, rawNext, this.where(rawNext, place.pointer), place.path || 'the record'),
      ...kept,
      ...compareFieldSets(gone, added, this.direction, false),
    ];
  }

  private fields(
    record: avro.types.RecordType,
    raw: Json | undefined,
    place: Place,
  ): { field: Field; node: Node; raw: Json | undefined }[] {
    const written = listAt(raw, 'fields');
    return record.fields.map((field, index) => ({
      node: { type: field.type, raw: at(written[index], 'type') },
      raw: written[index],
      field: {
        name: field.name,
        path: place.path === '' ? field.name : `${place.path}.${field.name}`,
        pointer: this.where(written[index], pointerTo(place.pointer, 'fields', index)),
        optional: field.defaultValue() !== undefined,
        deprecated: isDeprecated(written[index]),
        aliases: field.aliases,
        type: JSON.stringify(field.type.schema()),
        index,
        written: written[index],
      },
    }));
  }

  private enums(
    old: avro.types.EnumType,
    rawOld: Json | undefined,
    next: avro.types.EnumType,
    rawNext: Json | undefined,
    place: Place,
  ): ChangeFinding[] {
    const where = place.path || 'the enumeration';
    const added = next.symbols.filter((symbol) => !old.symbols.includes(symbol));
    const gone = old.symbols.filter((symbol) => !next.symbols.includes(symbol));
    const found: ChangeFinding[] = [];
    const seen = { pointer: place.pointer };
    if (added.length > 0) {
      const variant = this.direction === 'input' ? 'input' : at(rawOld, 'default') === undefined ? 'output' : 'default';
      found.push(say('C42', variant, { ...seen, message: `${where} has new symbols`, after: added.join(', ') }));
    }
    if (gone.length > 0) {
      const variant = this.direction === 'output' ? 'output' : at(rawNext, 'default') === undefined ? 'input' : 'default';
      found.push(say('C43', variant, { ...seen, message: `${where} lost symbols`, before: gone.join(', ') }));
    }
    return found;
  }

  private fixed(old: avro.types.FixedType, next: avro.types.FixedType, place: Place): ChangeFinding[] {
    if (old.size === next.size) return [];
    const message = `${place.path || 'the value'} has another size`;
    return [say('C44', 'other', { pointer: place.pointer, message, ...beforeAfter(old.size, next.size) })];
  }

  /** Types of another kind: who still reads whom? */
  private plain(old: Node, next: Node, place: Place): ChangeFinding[] {
    const [was, is] = [old.type, next.type];
    if (was.typeName === is.typeName) return [];
    const where = place.path || 'the value';
    const seen = { pointer: place.pointer, ...beforeAfter(kindOf(old), kindOf(next)) };
    const [forwards, backwards] = [reads(was, is), reads(is, was)];
    if (forwards && backwards)
      return [say('C48', 'logical', { ...seen, message: `${where} is written in the same bytes, and means something else` })];
    if (backwards) return [say('C39', this.direction, { ...seen, message: `${where} is wider than before` })];
    if (forwards) return [say('C40', this.direction, { ...seen, message: `${where} is narrower than before` })];
    const simple = isSimple(was) && isSimple(is);
    return [say(simple ? 'C39' : 'C44', 'other', { ...seen, message: `${where} has another type: ${cannotRead(this.direction)}` })];
  }

  private logical(old: Json | undefined, next: Json | undefined, place: Place): ChangeFinding[] {
    const meaning = (raw: Json | undefined): Json[] => ['logicalType', 'precision', 'scale'].map((key) => at(raw, key) ?? null);
    const [was, is] = [meaning(old), meaning(next)];
    // A meaning that is added tells what was meant before.
    if (same(was, is) || was[0] === null) return [];
    const message = `${place.path || 'the value'} means something else now`;
    return [
      say('C48', 'logical', {
        pointer: place.pointer,
        message,
        ...beforeAfter(was.filter(Boolean).join(' '), is.filter(Boolean).join(' ')),
      }),
    ];
  }
}

const isDeprecated = (field: Json | undefined): boolean => {
  const mark = at(field, 'deprecated') ?? at(field, 'x-deprecated');
  return mark !== undefined && mark !== false;
};
