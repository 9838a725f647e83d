import { at, isObject, listAt, pointerTo, type Json, type JsonObject } from '../../json.js';
import type { ChangeFinding } from '../finding.js';
import { same } from '../parts.js';
import { beforeAfter, say } from '../say.js';
import { compareAnnotations } from './annotations.js';
import { compareConstraints } from './constraints.js';
import { compareFieldSets, type Field } from './fields.js';
import type { Direction } from './direction.js';
import { SchemaReader, typesOf } from './schema-reader.js';
import { mostLike, pairBranches, shapesOf, titleOf, type Shapes } from './shapes.js';

/** Judges a new JSON Schema of a port against the former one; local references are read in the documents that hold them. */
export function compareJsonSchema(old: Json, next: Json, direction: Direction, before: Json = old, after: Json = next): ChangeFinding[] {
  const readers = [new SchemaReader(before, old), new SchemaReader(after, next)] as const;
  const found = new Comparison(direction, ...readers).schemas(old, next, { path: '', pointer: '' });
  if (found.length > 0 || same(old, next)) return found;
  return [say('C48', 'text', { message: 'documentation or examples changed' })];
}

interface Place {
  path: string;
  pointer: string;
}

/** Keywords whose change is not understood: then somebody has to look. */
const OTHERS = [
  'patternProperties',
  'propertyNames',
  'dependencies',
  'dependentRequired',
  'dependentSchemas',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'unevaluatedProperties',
  'unevaluatedItems',
  'discriminator',
  'additionalItems',
];

class Comparison {
  private readonly seen = new WeakMap<object, WeakSet<object>>();

  constructor(
    private readonly direction: Direction,
    private readonly before: SchemaReader,
    private readonly after: SchemaReader,
  ) {}

  schemas(old: Json | undefined, next: Json | undefined, place: Place): ChangeFinding[] {
    const [was, is] = [this.before.whole(old), this.after.whole(next)];
    if (this.again(was, is)) return [];
    const several = this.severalShapes(was, is, place);
    if (several) return several;
    const types = this.types(was, is, place);
    // Another kind of value: what it consists of does not compare.
    if (types.some(({ variant }) => variant === 'other')) return types;
    return [
      ...types,
      ...compareConstraints(was, is, this.direction, place.pointer, place.path || 'the value'),
      ...compareAnnotations(was, is, place.pointer, place.path || 'the value'),
      ...this.properties(was, is, place),
      ...this.items(was, is, place),
      ...this.choices('oneOf', was, is, place),
      ...this.choices('anyOf', was, is, place),
      ...OTHERS.filter((key) => !same(was[key], is[key])).map((key) =>
        say('C33', 'any', { pointer: pointerTo(place.pointer, key), message: `${key} of ${place.path || 'the value'} changed` }),
      ),
    ];
  }

  /** Each pair once, for schemas may contain themselves. Schemas put together are new objects: their parts are remembered. */
  private again(old: JsonObject, next: JsonObject): boolean {
    const known = this.seen.get(old) ?? new WeakSet();
    if (known.has(next) || ++this.compared > MOST_SCHEMAS) return true;
    this.seen.set(old, known.add(next));
    return false;
  }
  private compared = 0;

  private types(old: JsonObject, next: JsonObject, place: Place): ChangeFinding[] {
    const [was, is] = [typesOf(old), typesOf(next)];
    const where = place.path || 'the value';
    const seen = { pointer: place.pointer, ...beforeAfter(was?.join(', ') ?? 'anything', is?.join(', ') ?? 'anything') };
    if (same(was, is)) return [];
    const covers = (types: string[] | undefined, type: string): boolean =>
      types === undefined || types.includes(type) || (type === 'integer' && types.includes('number'));
    const added = is === undefined ? ['anything'] : is.filter((type) => !covers(was, type));
    const gone = was === undefined ? ['anything'] : was.filter((type) => !covers(is, type));
    const rest = (types: string[]): string[] => types.filter((type) => type !== 'null' && !(type === 'number' && gone.includes('integer')));
    const found: ChangeFinding[] = [];
    if (added.includes('null')) found.push(say('C41', this.direction, { ...seen, message: `${where} may be null now` }));
    if (gone.includes('null')) found.push(say('C40', this.direction, { ...seen, message: `${where} cannot be null any more` }));
    const [more, less] = [rest(added), gone.filter((type) => type !== 'null')];
    if (more.length > 0 && less.length > 0) {
      const kinds = [...more, ...less].some((type) => type === 'object' || type === 'array');
      return [...found, say(kinds ? 'C44' : 'C39', 'other', { ...seen, message: `${where} has another type` })];
    }
    if (added.some((type) => type !== 'null'))
      found.push(say('C39', this.direction, { ...seen, message: `${where} is wider than before` }));
    else if (less.length > 0) found.push(say('C40', this.direction, { ...seen, message: `${where} is narrower than before` }));
    return found;
  }

  private properties(old: JsonObject, next: JsonObject, place: Place): ChangeFinding[] {
    const [before, after] = [this.fields(old, this.before, place), this.fields(next, this.after, place)];
    const former = new Map(before.map((entry) => [entry.field.name, entry]));
    const current = new Set(after.map(({ field }) => field.name));
    const kept = after.flatMap(({ field, schema }) => {
      const was = former.get(field.name);
      if (!was) return [];
      return [...this.presence(was.field, field), ...this.schemas(was.schema, schema, field)];
    });
    const gone = before.filter(({ field }) => !current.has(field.name)).map(({ field }) => field);
    const added = after.filter(({ field }) => !former.has(field.name)).map(({ field }) => field);
    const reader = this.direction === 'output' ? old : next;
    return [...kept, ...compareFieldSets(gone, added, this.direction, isClosed(reader)), ...this.additional(old, next, place)];
  }

  private presence(old: Field, next: Field): ChangeFinding[] {
    if (old.optional === next.optional) return [];
    return next.optional
      ? [say('C37', this.direction, { pointer: next.pointer, message: `field ${next.path} may be missing now` })]
      : [say('C46', this.direction, { pointer: next.pointer, message: `field ${next.path} has to be there now` })];
  }

  private fields(schema: JsonObject, reader: SchemaReader, place: Place): { field: Field; schema: Json }[] {
    const required = new Set(listAt(schema, 'required'));
    // What has to be there is a field, whether it is described or not.
    const bare = [...required].flatMap((name): [string, Json][] =>
      typeof name === 'string' && at(schema['properties'], name) === undefined ? [[name, true]] : [],
    );
    return [...Object.entries(isObject(schema['properties']) ? schema['properties'] : {}), ...bare].map(([name, property], index) => {
      const written = reader.whole(property);
      return {
        schema: property,
        field: {
          name,
          path: place.path === '' ? name : `${place.path}.${name}`,
          pointer: pointerTo(place.pointer, 'properties', name),
          optional: !required.has(name),
          deprecated: written['deprecated'] === true,
          aliases: [],
          type: JSON.stringify([
            typesOf(written) ?? null,
            written['enum'] ?? null,
            written['format'] ?? null,
            Object.keys(at(written, 'properties') ?? {}),
          ]),
          index,
          written: { [name]: property },
        },
      };
    });
  }

  private additional(old: JsonObject, next: JsonObject, place: Place): ChangeFinding[] {
    const [was, is] = [old['additionalProperties'] ?? true, next['additionalProperties'] ?? true];
    const pointer = pointerTo(place.pointer, 'additionalProperties');
    const where = place.path || 'the value';
    if (isObject(was) && isObject(is)) return this.schemas(was, is, { path: `${place.path}{}`, pointer });
    if (same(was, is) || !('properties' in old || 'properties' in next || old['type'] === 'object')) return [];
    const looser = is === true || was === false;
    return [
      say(looser ? 'C47' : 'C46', this.direction, {
        pointer,
        message: `${where} ${looser ? 'allows more' : 'allows fewer'} additional fields`,
      }),
    ];
  }

  private items(old: JsonObject, next: JsonObject, place: Place): ChangeFinding[] {
    const path = `${place.path}[]`;
    return ['items', 'prefixItems'].flatMap((key) => {
      const [was, is] = [old[key], next[key]];
      const pointer = pointerTo(place.pointer, key);
      if (was === undefined && is === undefined) return [];
      if (!Array.isArray(was) && !Array.isArray(is)) return this.schemas(was ?? true, is ?? true, { path, pointer });
      const [before, after] = [Array.isArray(was) ? was : [], Array.isArray(is) ? is : []];
      if (before.length !== after.length) return [say('C44', 'other', { pointer, message: `${path} has another number of positions` })];
      return after.flatMap((schema, index) =>
        this.schemas(before[index], schema, { path: `${place.path}[${index}]`, pointer: pointerTo(pointer, index) }),
      );
    });
  }

  private choices(key: 'oneOf' | 'anyOf', old: JsonObject, next: JsonObject, place: Place): ChangeFinding[] {
    const [before, after] = [listAt(old, key), listAt(next, key)];
    if (before.length === 0 && after.length === 0) return [];
    const pointer = pointerTo(place.pointer, key);
    const where = place.path || 'the value';
    if (before.length === 0) return [say('C46', this.direction, { pointer, message: `${where} is one of several shapes now` })];
    if (after.length === 0) return [say('C47', this.direction, { pointer, message: `${where} is not one of several shapes any more` })];
    const { pairs, gone, added } = pairBranches(before, after, this.before, this.after);
    return [
      ...pairs.flatMap(([was, is, index]) => this.schemas(was, is, { path: place.path, pointer: pointerTo(pointer, index) })),
      ...added.map(([branch, index]) => this.newShape(branch, { path: place.path, pointer: pointerTo(pointer, index) })),
      ...gone.map((branch) => this.lostShape(branch, { path: place.path, pointer })),
    ];
  }

  /** One shape on one side, several on the other: the one is compared with the most like it. */
  private severalShapes(old: JsonObject, next: JsonObject, place: Place): ChangeFinding[] | undefined {
    const [before, after] = [shapesOf(old, this.before), shapesOf(next, this.after)];
    if ((before === undefined) === (after === undefined)) return undefined;
    const several = (before ?? after) as Shapes;
    const single = before ? next : old;
    if (typesOf(single) === undefined) return undefined;
    const best = mostLike(single, several.branches, before ? this.before : this.after);
    const others = several.branches.flatMap((branch, index) => (index === best ? [] : [[branch, index] as const]));
    const at_ = (index: number): Place => ({ path: place.path, pointer: pointerTo(place.pointer, several.key, index) });
    const chosen = several.branches[best] as Json;
    return [
      ...(before ? this.schemas(chosen, next, place) : this.schemas(old, chosen, at_(best))),
      ...others.map(([branch, index]) => (before ? this.lostShape(branch, place) : this.newShape(branch, at_(index)))),
    ];
  }

  private newShape(branch: Json, { path, pointer }: Place): ChangeFinding {
    return say('C44', this.direction, { pointer, message: `${path || 'the value'} has the new shape ${titleOf(branch)}` });
  }

  private lostShape(branch: Json, { path, pointer }: Place): ChangeFinding {
    return say('C40', this.direction, { pointer, message: `${path || 'the value'} has no longer the shape ${titleOf(branch)}` });
  }
}

const isClosed = (schema: JsonObject): boolean => schema['additionalProperties'] === false || schema['unevaluatedProperties'] === false;

/** Far above any schema, low enough that a hostile one ends. */
const MOST_SCHEMAS = 20_000;
