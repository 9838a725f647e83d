import type { Port, StandardDefinition } from '../../../../../descriptors/index.js';
import type { JsonObject } from '../../../../../descriptors/json.js';
import { input, output, type Case } from './case.js';

const document = (specification: string, definition: JsonObject | string): StandardDefinition => ({
  name: 'api',
  version: '1.0.0',
  specification,
  specificationVersion: '1.0.0',
  definition,
});
const text: JsonObject = { type: 'string' };
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more });
const content = (schema: JsonObject): JsonObject => ({ content: { 'application/json': { schema } } });
const rest = (operation: JsonObject, more: JsonObject = {}): JsonObject => ({
  openapi: '3.0.3',
  info: { title: 'Trips', version: '1.0.0' },
  paths: { '/trips': { get: { responses: { 200: { description: 'ok', ...content(object({ a: text })) } }, ...operation } } },
  ...more,
});
const answer = (schema: JsonObject): JsonObject => ({ responses: { 200: { description: 'ok', ...content(schema) } } });
const parameter = (name: string, more: JsonObject = {}): JsonObject => ({ name, in: 'query', schema: text, ...more });
const body = (schema: JsonObject): JsonObject => ({ requestBody: content(schema) });

const store = (columns: JsonObject[], more: JsonObject = {}): JsonObject => ({
  datastoreapi: '1.0.0',
  info: { title: 'Trips', version: '1.0.0' },
  services: { main: { server: 'a' } },
  schema: { databaseName: 'trips', tables: [{ name: 'trip', columns }], ...more },
});
const column = (name: string, more: JsonObject = {}): JsonObject => ({ name, dataType: 'text', ...more });

type Row = [
  rule: string,
  is: string,
  what: string,
  language: string,
  before: JsonObject | string,
  after: JsonObject | string,
  port?: (tree: never) => Port,
];

const rows: Row[] = [
  ['C22/any', 'breaking major', 'path removed', 'openapi', rest({}), rest({}, { paths: {} })],
  ['C23/any', 'non-breaking minor', 'path added', 'openapi', rest({}, { paths: {} }), rest({})],
  ['C24/removed', 'breaking major', 'method removed', 'openapi', rest({}), rest({}, { paths: { '/trips': {} } })],
  ['C24/added', 'non-breaking minor', 'method added', 'openapi', rest({}, { paths: { '/trips': {} } }), rest({})],
  ['C25/any', 'needs-approval minor', 'operationId', 'openapi', rest({ operationId: 'a' }), rest({ operationId: 'b' })],
  ['C18/marked', 'non-breaking minor', 'operation deprecated', 'openapi', rest({}), rest({ deprecated: true })],
  [
    'C26/output',
    'needs-approval minor',
    'new answer',
    'openapi',
    rest({}),
    rest({ responses: { 200: { ...content(object({ a: text })) }, 404: {} } }),
  ],
  ['C27/any', 'breaking major', 'answer removed', 'openapi', rest({}), rest({ responses: {} })],
  ['C28/format', 'breaking major', 'content type removed', 'openapi', rest({}), rest({ responses: { 200: { content: {} } } })],
  ['C36/output', 'breaking major', 'field of an answer removed', 'openapi', rest({}), rest(answer(object({})))],
  ['C34/output', 'non-breaking minor', 'field of an answer added', 'openapi', rest({}), rest(answer(object({ a: text, b: text })))],
  ['C35/input', 'breaking major', 'parameter demanded', 'openapi', rest({}), rest({ parameters: [parameter('q', { required: true })] })],
  [
    'C35/input',
    'breaking major',
    'parameter becomes required',
    'openapi',
    rest({ parameters: [parameter('q')] }),
    rest({ parameters: [parameter('q', { required: true })] }),
  ],
  ['C34/input', 'non-breaking minor', 'parameter offered', 'openapi', rest({}), rest({ parameters: [parameter('q')] })],
  ['C36/input', 'non-breaking minor', 'parameter removed', 'openapi', rest({ parameters: [parameter('q')] }), rest({})],
  [
    'C35/input',
    'breaking major',
    'field of a request demanded',
    'openapi',
    rest(body(object({}))),
    rest(body(object({ a: text }, { required: ['a'] }))),
  ],
  [
    'C30/changed',
    'breaking major',
    'server',
    'openapi',
    rest({}, { servers: [{ url: 'https://a' }] }),
    rest({}, { servers: [{ url: 'https://b' }] }),
  ],
  ['C31/changed', 'breaking major', 'security', 'openapi', rest({}), rest({}, { security: [{ key: [] }] })],
  ['C32/any', 'non-breaking patch', 'title', 'openapi', rest({}), rest({}, { info: { title: 'Rides', version: '1.0.0' } })],
  ['C52/any', 'breaking major', 'database renamed', 'datastoreapi', store([]), store([], { databaseName: 'rides' })],
  ['C52/any', 'breaking major', 'table removed', 'datastoreapi', store([]), store([], { tables: [] })],
  ['C52/any', 'breaking major', 'column removed', 'datastoreapi', store([column('a')]), store([])],
  ['C52/any', 'breaking major', 'type', 'datastoreapi', store([column('a')]), store([column('a', { dataType: 'int' })])],
  [
    'C52/any',
    'breaking major',
    'may be null now',
    'datastoreapi',
    store([column('a', { isNullable: false })]),
    store([column('a', { isNullable: true })]),
  ],
  ['C52/any', 'breaking major', 'primary key', 'datastoreapi', store([column('a')]), store([column('a', { isPrimaryKey: true })])],
  ['C53/any', 'non-breaking minor', 'column added', 'datastoreapi', store([]), store([column('a')])],
  ['C53/any', 'non-breaking minor', 'table added', 'datastoreapi', store([], { tables: [] }), store([])],
  [
    'C35/output',
    'needs-approval minor',
    'column added that is never null',
    'datastoreapi',
    store([]),
    store([column('a', { isNullable: false })]),
  ],
  ['C50/any', 'needs-approval minor', 'column becomes personal', 'datastoreapi', store([column('a')]), store([column('a', { pii: true })])],
  ['C37/output', 'breaking major', 'Avro as the API', 'avro', avro(['id', 'a']), avro(['id'])],
  ['C37/input', 'non-breaking minor', 'Avro as the API of an input', 'avro', avro(['id', 'a']), avro(['id']), input as never],
  ['C36/output', 'breaking major', 'JSON Schema as the API', 'json-schema', object({ a: text }), object({})],
  [
    'C49/any',
    'breaking major',
    'Protobuf as the API',
    'protobuf',
    'syntax="proto3"; message T { int32 a = 1; }',
    'syntax="proto3"; message T { string b = 1; }',
  ],
];

function avro(names: string[]): JsonObject {
  return { type: 'record', name: 'T', fields: names.map((name) => ({ name, type: 'string' })) };
}

/** Interfaces described in other languages than AsyncAPI. */
export const documentCases: Case[] = rows.map(([rule, is, what, language, before, after, port = output]) => ({
  rule,
  is,
  what: `${language}: ${what}`,
  before: (tree) => void ((port as typeof output)(tree).promises!.api = document(language, before)),
  change: (tree) => void ((port as typeof output)(tree).promises!.api = document(language, after)),
}));
