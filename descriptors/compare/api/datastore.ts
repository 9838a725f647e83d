import { at, isObject, listAt, pointerTo, textAt, type Json, type JsonObject } from '../../json.js';
import type { ChangeFinding } from '../finding.js';
import { same } from '../parts.js';
import { compareAnnotations } from '../payload/annotations.js';
import { beforeAfter, say } from '../say.js';
import { compareSecurity } from './streams.js';

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
    ...pairs(before, after, 'tables', '/schema').flatMap(({ name, pointer, old: was, next: is }) => {
      if (!is) return [say('C52', 'any', { pointer, message: `table ${name} is removed` })];
      if (!was) return [say('C53', 'any', { pointer, message: `table ${name} is added` })];
      return [...compareColumns(name, was, is, pointer), ...compareKeys(name, was, is, pointer)];
    }),
  );
  const services = [old, next].map((document) => at(document, 'services'));
  if (!same(services[0], services[1]))
    found.push(say('C30', 'changed', { pointer: '/services', message: 'how to connect to the database changed' }));
  found.push(...compareSecurity(old['security'], next['security'], '/security', 'the database'));
  if (!same(old['info'], next['info'])) found.push(say('C32', 'any', { pointer: '/info', message: 'texts of the API document changed' }));
  if (found.length === 0 && !same(before, after))
    found.push(say('C32', 'any', { pointer: '/schema', message: 'texts of the schema changed' }));
  return found;
}

/** The schema stands in the document, or as a definition in it. */
const schemaOf = (document: JsonObject): Json | undefined => {
  const schema = at(document, 'schema');
  return isObject(at(schema, 'definition')) ? at(schema, 'definition') : schema;
};

const nameOf = (item: JsonObject): string => textAt(item, 'name') ?? textAt(item, 'fullyQualifiedName') ?? textAt(item, 'fqn') ?? '';

function pairs(old: Json | undefined, next: Json | undefined, list: string, pointer: string) {
  const named = (holder: Json | undefined) =>
    listAt(holder, list).flatMap((item, index) =>
      isObject(item) ? [{ item, name: nameOf(item), pointer: pointerTo(pointer, list, index) }] : [],
    );
  const [before, after] = [named(old), named(next)];
  const former = new Map(before.map((entry) => [entry.name, entry.item]));
  const current = new Set(after.map(({ name }) => name));
  return [
    ...after.map(({ item, name, pointer: place }) => ({
      name,
      pointer: place,
      old: former.get(name),
      next: item as JsonObject | undefined,
    })),
    ...before
      .filter(({ name }) => !current.has(name))
      .map(({ item, name, pointer: place }) => ({ name, pointer: place, old: item, next: undefined })),
  ];
}

const typeOf = (column: JsonObject): Json[] =>
  ['dataType', 'type', 'columnType', 'physicalType', 'dataLength', 'precision', 'scale'].map((key) => at(column, key) ?? null);

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

function compareColumns(table: string, old: JsonObject, next: JsonObject, pointer: string): ChangeFinding[] {
  return pairs(old, next, 'columns', pointer).flatMap(({ name, pointer: place, old: was, next: is }) => {
    const column = `column ${table}.${name}`;
    if (!is) return [say('C52', 'any', { pointer: place, message: `${column} is removed` })];
    if (!was)
      return mayNot(is)
        ? [say('C35', 'output', { pointer: place, message: `${column} is added and must not be null` })]
        : [say('C53', 'any', { pointer: place, message: `${column} is added` })];
    return [
      ...(same(typeOf(was), typeOf(is))
        ? []
        : [
            say('C52', 'any', {
              pointer: place,
              message: `the type of ${column} changed`,
              ...beforeAfter(typeOf(was).filter(Boolean).join(' '), typeOf(is).filter(Boolean).join(' ')),
            }),
          ]),
      ...(mayNot(was) && mayBeNull(is) ? [say('C52', 'any', { pointer: place, message: `${column} may be null now` })] : []),
      ...(was['isPrimaryKey'] === is['isPrimaryKey']
        ? []
        : [say('C52', 'any', { pointer: place, message: `${column}: the primary key changed` })]),
      ...compareAnnotations(was, is, place, column),
    ];
  });
}

const compareKeys = (table: string, old: JsonObject, next: JsonObject, pointer: string): ChangeFinding[] => [
  ...(same(old['primaryKey'], next['primaryKey'])
    ? []
    : [say('C52', 'any', { pointer, message: `the primary key of table ${table} changed` })]),
  ...compareAnnotations(old, next, pointer, `table ${table}`),
];
