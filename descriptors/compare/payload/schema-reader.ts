import { at, isObject, listAt, textAt, type Json, type JsonObject } from '../../json.js';
import { resolved } from '../api/document.js';

/** Far above any schema, low enough that a hostile one ends. */
const MOST_PARTS = 20_000;
const MAX_DEPTH = 20;

const CHOICES = ['oneOf', 'anyOf'] as const;

/** Reads the schemas of one document as plain ones: behind references, `allOf` put together, null as one of the types. */
export class SchemaReader {
  private readonly known = new WeakMap<object, JsonObject>();
  private merged = 0;

  constructor(
    private readonly document: Json,
    /** References that the document does not know are those of a schema that stood alone. */
    private readonly root: Json,
  ) {}

  /** The same object for the same schema; `true` and what is no schema allow anything. */
  whole(schema: Json | undefined, depth = 0): JsonObject {
    if (schema === false) return { not: {} };
    if (!isObject(schema)) return {};
    const known = this.known.get(schema);
    if (known) return known;
    const made = this.read(schema, depth);
    this.known.set(schema, made);
    return made;
  }

  private read(schema: JsonObject, depth: number): JsonObject {
    if (depth > MAX_DEPTH || ++this.merged > MOST_PARTS) return schema;
    const { $ref: reference, ...beside } = schema;
    if (typeof reference === 'string') {
      const target = this.target(reference);
      return Object.keys(beside).length === 0 ? this.whole(target, depth + 1) : this.together(beside, [this.whole(target, depth + 1)]);
    }
    const parts = listAt(schema, 'allOf').map((part) => this.whole(part, depth + 1));
    const { allOf: _, ...own } = schema;
    const made = parts.length === 0 ? schema : this.together(own, parts);
    return CHOICES.reduce((current, key) => this.withoutNull(current, key, depth), made);
  }

  private target(reference: string): Json | undefined {
    if (reference === '#') return this.root;
    const found = isObject(this.document) ? resolved(this.document, { $ref: reference }, '').value : undefined;
    return found ?? (isObject(this.root) ? resolved(this.root, { $ref: reference }, '').value : undefined);
  }

  private together(own: JsonObject, parts: JsonObject[]): JsonObject {
    const made: JsonObject = { ...own };
    for (const { properties, required, ...rest } of parts) {
      for (const [key, member] of Object.entries(rest)) made[key] ??= member;
      if (isObject(properties)) made['properties'] = { ...properties, ...(isObject(made['properties']) ? made['properties'] : {}) };
      if (Array.isArray(required)) made['required'] = [...new Set([...listAt(made, 'required'), ...required])];
    }
    return made;
  }

  /** `oneOf: [A, null]` is A that may be null. A choice of one is that one. */
  private withoutNull(schema: JsonObject, key: (typeof CHOICES)[number], depth: number): JsonObject {
    const branches = listAt(schema, key);
    if (branches.length === 0) return schema;
    const rest = branches.filter((branch) => !isNull(this.whole(branch, depth + 1)));
    if (rest.length === branches.length && rest.length > 1) return schema;
    const { [key]: _, ...own } = schema;
    const nullable: JsonObject = rest.length < branches.length ? { nullable: true } : {};
    if (rest.length === 0) return { ...own, type: 'null' };
    return rest.length === 1
      ? this.together({ ...own, ...nullable }, [this.whole(rest[0], depth + 1)])
      : { ...own, [key]: rest, ...nullable };
  }
}

const isNull = (schema: JsonObject): boolean =>
  schema['type'] === 'null' || at(schema, 'const') === null || (listAt(schema, 'enum').length === 1 && listAt(schema, 'enum')[0] === null);

/** The types that a schema allows, sorted; undefined = anything. */
export function typesOf(schema: JsonObject): string[] | undefined {
  const written = schema['type'];
  const types = (typeof written === 'string' ? [written] : Array.isArray(written) ? written : []).filter(
    (type) => typeof type === 'string',
  );
  // What has fields is an object, unless it says otherwise.
  if (types.length === 0 && isObject(schema['properties'])) types.push('object');
  if (types.length === 0) return undefined;
  return [...new Set(schema['nullable'] === true ? [...types, 'null'] : types)].sort();
}

/** A value that tells the branches of a choice apart: `{"kind": {"const": "a"}}`. */
export const tagOf = (schema: JsonObject): string =>
  Object.entries(isObject(schema['properties']) ? schema['properties'] : {})
    .flatMap(([name, property]) => {
      const constant = at(property, 'const') ?? (listAt(property, 'enum').length === 1 ? listAt(property, 'enum')[0] : undefined);
      return constant === undefined ? [] : [`${name}=${JSON.stringify(constant)}`];
    })
    .join(' ');

/** What people call a branch. */
export const calledOf = (branch: Json): string | undefined => textAt(branch, '$ref') ?? textAt(branch, 'title');
