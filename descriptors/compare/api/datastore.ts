import { at, isObject, listAt, pointerTo, textAt, type Json, type JsonObject } from '../../json.js';
import type { ChangeFinding } from '../finding.js';
import { changedMembers, same } from '../parts.js';
import { compareAnnotations } from '../payload/annotations.js';
import { beforeAfter, say } from '../say.js';
import { resolved } from './document.js';
import { compareSecurity } from './security.js';
import { withoutTexts } from './without-texts.js';

/** Two DataStoreAPI documents (C52, C53, C30): databases, schemas, tables, columns by their names. */
export function compareDataStore(old: JsonObject, next: JsonObject): ChangeFinding[] {
  const [before, after] = [schemaOf(old), schemaOf(next)];
  const found: ChangeFinding[] = [];
  for (const key of ['databaseName', 'databaseSchemaName'])
    if (!same(at(before, key), at(after, key)))
      found.push(
        say('C52', 'any', { pointer: `/schema/${key}`, message: `${key} changed`, ...beforeAfter(at(before, key), at(after, key)) }),
      );
  found.push(
    ...pairs([old, before], [next, after], 'tables', '/schema').flatMap(({ name, pointer, old: was, next: is }) => {
      if (!is) return [say('C52', 'any', { pointer, message: `table ${name} is removed` })];
      if (!was) return [say('C53', 'any', { pointer, message: `table ${name} is added` })];
      return [
        ...pairs([old, was], [next, is], 'columns', pointer).flatMap((pair) => compareColumn(name, pair)),
        ...compareKeys(name, was, is, pointer),
        ...compareRest(`table ${name}`, was, is, pointer, ['columns', 'primaryKey']),
      ];
    }),
    ...compareServices(old, next),
    ...compareSecurity(old['security'], next['security'], '/security', 'the database'),
  );
  if (!same(old['info'], next['info'])) found.push(say('C32', 'any', { pointer: '/info', message: 'texts of the API document changed' }));
  if (found.length === 0 && !same(before, after))
    found.push(say('C32', 'any', { pointer: '/schema', message: 'texts of the schema changed' }));
  return found;
}

/** Ways to connect, by their names. */
function compareServices(old: JsonObject, next: JsonObject): ChangeFinding[] {
  const [before, after] = [old, next].map((document) => resolvedIn(document, document['services']));
  const [was, is] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
  return changedMembers(was, is).flatMap((name) => {
    const [one, two] = [withoutTexts(at(was, name)), withoutTexts(at(is, name))];
    if (same(one, two)) return [];
    const seen = { pointer: pointerTo('/services', name) };
    if (one === undefined) return [say('C30', 'added', { ...seen, message: `service ${name} is added` })];
    const how = two === undefined ? `service ${name} is removed` : `how to connect to service ${name} changed`;
    return [say('C30', /\{[\w.:-]+\}/.test(JSON.stringify(one)) ? 'variable' : 'changed', { ...seen, message: how })];
  });
}

/** The schema stands in the document, or as a definition in it. */
const schemaOf = (document: JsonObject): Json | undefined => {
  const schema = resolvedIn(document, at(document, 'schema'));
  const definition = resolvedIn(document, at(schema, 'definition'));
  return isObject(definition) ? definition : schema;
};

/** References are pointers, or written with dots as the examples of the specification do: `#components.tables.trip`. */
function resolvedIn(document: JsonObject, value: Json | undefined): Json | undefined {
  const dotted = /^#([^/].*)$/.exec(textAt(value, '$ref') ?? '')?.[1];
  return resolved(document, dotted === undefined ? value : { $ref: `#/${dotted.replaceAll('.', '/')}` }, '').value;
}

const nameOf = (item: JsonObject): string => textAt(item, 'name') ?? textAt(item, 'fullyQualifiedName') ?? textAt(item, 'fqn') ?? '';

type Held = [document: JsonObject, holder: Json | undefined];
interface Pair {
  name: string;
  pointer: string;
  old: JsonObject | undefined;
  next: JsonObject | undefined;
}

function pairs(old: Held, next: Held, list: string, pointer: string): Pair[] {
  const named = ([document, holder]: Held) =>
    listAt(holder, list).flatMap((written, index) => {
      const item = resolvedIn(document, written);
      return isObject(item) ? [{ item, name: nameOf(item), pointer: pointerTo(pointer, list, index) }] : [];
    });
  const [before, after] = [named(old), named(next)];
  const former = new Map(before.map((entry) => [entry.name, entry.item]));
  const current = new Set(after.map(({ name }) => name));
  return [
    ...after.map(({ item, name, pointer: place }) => ({ name, pointer: place, old: former.get(name), next: item })),
    ...before
      .filter(({ name }) => !current.has(name))
      .map(({ item, name, pointer: place }) => ({ name, pointer: place, old: item, next: undefined })),
  ];
}

const TYPE = ['dataType', 'type', 'columnType', 'physicalType', 'dataLength', 'precision', 'scale'];
const typeOf = (column: JsonObject): Json[] => TYPE.map((key) => at(column, key) ?? null);

/** Only a column that says so may be null. */
const mayBeNull = (column: JsonObject): boolean =>
  column['isNullable'] === true ||
  column['nullable'] === true ||
  column['required'] === false ||
  /^(NULL|NULLABLE)$/i.test(textAt(column, 'columnConstraint') ?? '');
const mayNot = (column: JsonObject): boolean =>
  column['isNullable'] === false ||
  column['nullable'] === false ||
  column['required'] === true ||
  /NOT[ _]?NULL|PRIMARY/i.test(textAt(column, 'columnConstraint') ?? '');

function compareColumn(table: string, { name, pointer, old: was, next: is }: Pair): ChangeFinding[] {
  const column = `column ${table}.${name}`;
  if (!is) return [say('C52', 'any', { pointer, message: `${column} is removed` })];
  if (!was)
    return mayNot(is)
      ? [say('C35', 'output', { pointer, message: `${column} is added and must not be null` })]
      : [say('C53', 'any', { pointer, message: `${column} is added` })];
  const found: ChangeFinding[] = [];
  const [before, after] = [typeOf(was), typeOf(is)];
  if (!same(before, after))
    found.push(
      say('C52', 'any', {
        pointer,
        message: `the type of ${column} changed`,
        ...beforeAfter(before.filter(Boolean).join(' '), after.filter(Boolean).join(' ')),
      }),
    );
  if (mayNot(was) && mayBeNull(is)) found.push(say('C52', 'any', { pointer, message: `${column} may be null now` }));
  if (!mayNot(was) && mayNot(is)) found.push(say('C46', 'output', { pointer, message: `${column} cannot be null any more` }));
  if ((was['isPrimaryKey'] ?? false) !== (is['isPrimaryKey'] ?? false))
    found.push(say('C52', 'any', { pointer, message: `${column}: the primary key changed` }));
  return [...found, ...compareAnnotations(was, is, pointer, column), ...compareRest(column, was, is, pointer, [...TYPE, ...PRESENCE])];
}

/** Members that say whether a value is there. */
const PRESENCE = ['isNullable', 'nullable', 'required', 'columnConstraint', 'isPrimaryKey'];
/** Members that only people read, or that follow from others. */
const TEXTS = [
  'id',
  'fqn',
  'fullyQualifiedName',
  'entityType',
  'version',
  'name',
  'displayName',
  'description',
  'comment',
  'tags',
  'externalDocs',
  'businessName',
  'ordinalPosition',
];

function compareRest(where: string, old: JsonObject, next: JsonObject, pointer: string, known: readonly string[]): ChangeFinding[] {
  return changedMembers(old, next, [...known, ...TEXTS])
    .filter((name) => compareAnnotations({ [name]: at(old, name) ?? null }, { [name]: at(next, name) ?? null }, '', '').length === 0)
    .map((name) =>
      say('C33', 'any', {
        pointer: pointerTo(pointer, name),
        message: `${name} of ${where} changed in a way that no rule knows`,
        ...beforeAfter(at(old, name), at(next, name)),
      }),
    );
}

const compareKeys = (table: string, old: JsonObject, next: JsonObject, pointer: string): ChangeFinding[] => [
  ...(same(old['primaryKey'], next['primaryKey'])
    ? []
    : [say('C52', 'any', { pointer, message: `the primary key of table ${table} changed` })]),
  ...compareAnnotations(old, next, pointer, `table ${table}`),
];
