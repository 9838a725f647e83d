import type { Json } from '../../../../../descriptors/json.js';

export type Format = 'avro' | 'json' | 'protobuf';
/** Findings expected exactly, `rule/case`; then the schemas before and after. */
export type PayloadCase = [direction: 'output' | 'input', expected: string[], before: Json, after: Json];

const record = (...fields: Json[]): Json => ({ type: 'record', name: 'Trip', fields: [{ name: 'id', type: 'string' }, ...fields] });
const typed = (type: Json): Json => record({ name: 'a', type });
const either = (before: Json, after: Json, output: string[], input: string[]): PayloadCase[] => [
  ['output', output, before, after],
  ['input', input, before, after],
];
const symbols = (list: string[], more: { [key: string]: Json } = {}): Json =>
  typed({ type: 'enum', name: 'State', symbols: list, ...more });
const note: Json = { name: 'note', type: 'string' };
const noteOrNot: Json = { name: 'note', type: ['null', 'string'], default: null };
const list: Json = { type: 'record', name: 'Node', fields: [{ name: 'next', type: ['null', 'Node'], default: null }] };

const nested = (namespace: string): Json => ({
  ...(record({
    name: 'stop',
    type: { type: 'record', name: 'Stop', fields: [{ name: 'state', type: { type: 'enum', name: 'S', symbols: ['A'] } }] },
  }) as object),
  namespace,
});

export const avroCases: PayloadCase[] = [
  ...either(record(), record(noteOrNot), ['C34/output'], ['C34/input']),
  ...either(record(), record(note), ['C35/output'], ['C35/input']),
  ...either(record({ name: 'note', type: 'int', default: 0 }), record(), ['C36/output'], ['C36/input']),
  ['output', ['C36/deprecated'], record({ ...(noteOrNot as object), deprecated: true }), record()],
  ...either(record(note), record(), ['C37/output'], ['C37/input']),
  ...either(record(note), record({ name: 'remark', type: 'string' }), ['C38/output'], ['C38/input']),
  ...either(record(note), record({ name: 'remark', type: 'string', aliases: ['note'] }), ['C38/output'], ['C38/alias']),
  ...either(typed('int'), typed('long'), ['C39/output'], ['C39/input']),
  ...either(typed('long'), typed('int'), ['C40/output'], ['C40/input']),
  ...either(typed('string'), typed('int'), ['C39/other'], ['C39/other']),
  ...either(typed('string'), typed(['null', 'string']), ['C41/output'], ['C41/input']),
  ...either(typed(['null', 'string']), typed('string'), ['C40/output'], ['C40/input']),
  ...either(symbols(['A']), symbols(['A', 'B']), ['C42/output'], ['C42/input']),
  ['output', ['C42/default'], symbols(['A'], { default: 'A' }), symbols(['A', 'B'], { default: 'A' })],
  ...either(symbols(['A', 'B']), symbols(['A']), ['C43/output'], ['C43/input']),
  ['input', ['C43/default'], symbols(['A', 'B']), symbols(['A'], { default: 'A' })],
  ...either(symbols(['A']), typed('string'), ['C44/other'], ['C44/other']),
  ...either(typed({ type: 'fixed', name: 'F', size: 16 }), typed({ type: 'fixed', name: 'F', size: 8 }), ['C44/other'], ['C44/other']),
  ...either(typed(['int', 'string']), typed(['int', 'string', 'boolean']), ['C44/output'], ['C44/input']),
  ...either(typed(['int', 'string', 'boolean']), typed(['int', 'string']), ['C40/output'], ['C40/input']),
  ...either(record(), { ...(record() as object), name: 'Ride' }, ['C45/any'], ['C45/any']),
  ...either({ ...(record() as object), namespace: 'com.a' }, { ...(record() as object), namespace: 'com.b' }, ['C45/any'], ['C45/any']),
  // A namespace moves with all that is in it: one change.
  ...either(nested('com.a'), nested('com.b'), ['C45/any'], ['C45/any']),
  // Branches of a union that one side takes for another are one change too.
  ...either(typed(['int', 'string']), typed(['long', 'string']), ['C39/output'], ['C39/input']),
  ...either(typed(['long', 'string']), typed(['int', 'string']), ['C40/output'], ['C40/input']),
  ...either(typed(['long', 'string']), typed(['long', 'int', 'string']), ['C48/logical'], ['C44/input']),
  ...either(typed(['long', 'int', 'string']), typed(['long', 'string']), ['C40/output'], ['C48/logical']),
  ['output', ['C48/text'], record(), { ...(record() as object), doc: 'words' }],
  ['output', ['C48/text'], record(noteOrNot), record({ ...(noteOrNot as object), doc: 'words' })],
  ['output', ['C48/text'], typed('long'), typed({ type: 'long', logicalType: 'timestamp-millis' })],
  [
    'output',
    ['C48/logical'],
    typed({ type: 'long', logicalType: 'timestamp-millis' }),
    typed({ type: 'long', logicalType: 'timestamp-micros' }),
  ],
  ['output', ['C48/logical'], typed('string'), typed('bytes')],
  ['output', ['C50/any'], record(note), record({ ...(note as object), pii: true })],
  ['output', ['C50/any'], { ...(record() as object), classification: 'internal' }, record()],
  ['output', ['C51/changed'], record({ ...(note as object), quality: ['unique'] }), record(note)],
  ['output', ['C51/added'], record(note), record({ ...(note as object), quality: ['unique'] })],
  ['output', ['C39/output'], typed({ type: 'array', items: 'int' }), typed({ type: 'array', items: 'long' })],
  ['output', ['C39/output'], typed({ type: 'map', values: 'int' }), typed({ type: 'map', values: 'long' })],
  ['output', ['C35/output'], list, { ...(list as object), fields: [...(list as { fields: Json[] }).fields, note] }],
  ['output', ['C33/any'], { type: 'nonsense' }, record()],
  ['output', ['C34/output'], JSON.stringify(record()), JSON.stringify(record(noteOrNot))],
  ['output', [], record(note), record(note)],
];

const object = (properties: { [name: string]: Json }, more: { [key: string]: Json } = {}): Json => ({
  type: 'object',
  properties,
  ...more,
});
const field = (schema: Json): Json => object({ a: schema });
const required = { required: ['a'] };
const text: Json = { type: 'string' };

const nothing: Json = { type: 'null' };
const kind = (value: string, more: { [name: string]: Json } = {}): Json =>
  object({ kind: { const: value }, ...more }, { required: ['kind'] });
const node = (next: Json): Json => ({ $ref: '#/$defs/Node', $defs: { Node: object({ value: text, next }) } });

export const jsonCases: PayloadCase[] = [
  ['output', ['C34/closed'], object({}, { unevaluatedProperties: false }), object({ a: text }, { unevaluatedProperties: false })],
  ...either(field({ type: 'string', enum: ['x'] }), field({ type: ['string', 'null'], enum: ['x', null] }), ['C41/output'], ['C41/input']),
  // Null may be written as a type or as one of several shapes.
  ...either(field(text), field({ oneOf: [text, nothing] }), ['C41/output'], ['C41/input']),
  ...either(field(text), field({ anyOf: [nothing, text] }), ['C41/output'], ['C41/input']),
  ...either(field({ oneOf: [text, nothing] }), field(text), ['C40/output'], ['C40/input']),
  ...either(field({ type: ['string', 'null'] }), field({ oneOf: [text, nothing] }), ['C48/text'], ['C48/text']),
  ...either(field({ oneOf: [text] }), field(text), ['C48/text'], ['C48/text']),
  // One shape becomes several: the one is still there.
  ...either(field(text), field({ oneOf: [text, { type: 'integer' }] }), ['C44/output'], ['C44/input']),
  ...either(field({ oneOf: [text, { type: 'integer' }] }), field(text), ['C40/output'], ['C40/input']),
  ...either(object({ a: text }), { oneOf: [object({ a: text }), object({ b: text })] }, ['C44/output'], ['C44/input']),
  // Shapes are told apart by what they are called, by a constant, and else by their type; never by their place.
  ...either({ oneOf: [kind('a'), kind('b')] }, { oneOf: [kind('b'), kind('a')] }, ['C48/text'], ['C48/text']),
  ...either({ oneOf: [kind('a'), kind('b')] }, { oneOf: [kind('c'), kind('a'), kind('b')] }, ['C44/output'], ['C44/input']),
  ...either({ oneOf: [kind('a'), kind('b')] }, { oneOf: [kind('a', { note: text }), kind('b')] }, ['C34/output'], ['C34/input']),
  // References: with something beside them, to the schema itself, and in circles.
  ...either(
    { $ref: '#/$defs/a', $defs: { a: text } },
    { $ref: '#/$defs/a', maxLength: 5, $defs: { a: text } },
    ['C46/output'],
    ['C46/input'],
  ),
  ...either(
    object({ a: text, child: { $ref: '#' } }),
    object({ a: { type: 'integer' }, child: { $ref: '#' } }),
    ['C39/other'],
    ['C39/other'],
  ),
  ...either(node({ $ref: '#/$defs/Node' }), node({ oneOf: [{ $ref: '#/$defs/Node' }, nothing] }), ['C41/output'], ['C41/input']),
  ...either(node({ allOf: [{ $ref: '#/$defs/Node' }] }), node({ $ref: '#/$defs/Node' }), ['C48/text'], ['C48/text']),
  // What has to be there is a field, also where nothing describes it.
  ...either(object({}), object({}, required), ['C35/output'], ['C35/input']),
  // A format is a promise to those who read.
  ...either(field(text), field({ ...(text as object), format: 'uuid' }), ['C46/output'], ['C48/logical']),
  ...either(field({ ...(text as object), format: 'uuid' }), field(text), ['C47/output'], ['C48/logical']),

  ...either(object({}), field(text), ['C34/output'], ['C34/input']),
  ['output', ['C34/closed'], object({}, { additionalProperties: false }), object({ a: text }, { additionalProperties: false })],
  [
    'output',
    ['C35/closed'],
    object({}, { additionalProperties: false }),
    object({ a: text }, { additionalProperties: false, ...required }),
  ],
  ...either(object({}), object({ a: text }, required), ['C35/output'], ['C35/input']),
  ...either(field(text), object({}), ['C36/output'], ['C36/input']),
  ['output', ['C36/deprecated'], field({ type: 'string', deprecated: true }), object({})],
  ['input', ['C36/closed'], object({ a: text }, { additionalProperties: false }), object({}, { additionalProperties: false })],
  ['input', ['C37/closed'], object({ a: text }, { additionalProperties: false, ...required }), object({}, { additionalProperties: false })],
  ...either(object({ a: text }, required), object({}), ['C37/output'], ['C37/input']),
  ...either(object({ a: text }, required), field(text), ['C37/output'], ['C37/input']),
  ...either(field(text), object({ a: text }, required), ['C46/output'], ['C46/input']),
  ['output', ['C38/output'], object({ status: text }), object({ tripStatus: text })],
  ...either(field({ type: 'integer' }), field({ type: 'number' }), ['C39/output'], ['C39/input']),
  ...either(field(text), field({ type: ['string', 'integer'] }), ['C39/output'], ['C39/input']),
  ...either(field(text), field({}), ['C39/output'], ['C39/input']),
  ...either(field({ type: 'number' }), field({ type: 'integer' }), ['C40/output'], ['C40/input']),
  ...either(field(text), field({ type: 'integer' }), ['C39/other'], ['C39/other']),
  ...either(field(text), field({ type: 'object' }), ['C44/other'], ['C44/other']),
  ...either(field(text), field({ type: ['string', 'null'] }), ['C41/output'], ['C41/input']),
  ...either(field(text), field({ type: 'string', nullable: true }), ['C41/output'], ['C41/input']),
  ...either(field({ enum: ['A'] }), field({ enum: ['A', 'B'] }), ['C42/output'], ['C42/input']),
  ['output', ['C42/default'], field({ 'x-extensible-enum': ['A'] }), field({ 'x-extensible-enum': ['A', 'B'] })],
  ...either(field({ enum: ['A', 'B'] }), field({ enum: ['A'] }), ['C43/output'], ['C43/input']),
  ...either(field({ oneOf: [text] }), field({ oneOf: [text, { type: 'integer' }] }), ['C44/output'], ['C44/input']),
  ...either(field({ oneOf: [text, { type: 'integer' }] }), field({ oneOf: [text] }), ['C40/output'], ['C40/input']),
  ...either(field({ maxLength: 9 }), field({ maxLength: 8 }), ['C46/output'], ['C46/input']),
  ...either(field({ maxLength: 8 }), field({ maxLength: 9 }), ['C47/output'], ['C47/input']),
  ...either(field({ minimum: 1 }), field({ minimum: 2 }), ['C46/output'], ['C46/input']),
  ...either(field({ pattern: 'a' }), field({ pattern: 'b' }), ['C47/output'], ['C46/input']),
  ...either(field({ type: 'string', enum: ['a'] }), field(text), ['C47/output'], ['C47/input']),
  ...either(object({ a: text }, { additionalProperties: false }), field(text), ['C47/output'], ['C47/input']),
  ['output', ['C48/text'], field(text), field({ type: 'string', description: 'words' })],
  ['output', ['C48/logical'], field({ type: 'string', format: 'date' }), field({ type: 'string', format: 'date-time' })],
  ['output', ['C50/any'], field(text), field({ type: 'string', 'x-pii': true })],
  ['output', ['C51/changed'], field({ type: 'string', 'x-quality': ['unique'] }), field({ type: 'string', 'x-quality': [] })],
  ['output', ['C33/any'], field({ if: text }), field({ if: { type: 'integer' } })],
  ['output', ['C39/output'], field({ type: 'array', items: { type: 'integer' } }), field({ type: 'array', items: { type: 'number' } })],
  ['output', ['C36/output'], { allOf: [field(text), object({ b: text })] }, { allOf: [field(text)] }],
  ['output', ['C36/output'], { $ref: '#/$defs/x', $defs: { x: field(text) } }, { $ref: '#/$defs/x', $defs: { x: object({}) } }],
  ['output', ['C39/output'], loop({ type: 'integer' }), loop({ type: 'number' })],
];

function loop(value: Json): Json {
  return { $ref: '#/$defs/node', $defs: { node: object({ value, next: { $ref: '#/$defs/node' } }) } };
}

const proto = (body: string, head = 'package a;'): string => `syntax = "proto3"; ${head} ${body}`;
const trip = (body: string): string => proto(`message Trip { ${body} }`);

export const protobufCases: PayloadCase[] = [
  ...either(trip('string id = 1;'), trip('string id = 1; string note = 2;'), ['C34/output'], ['C34/input']),
  ...either(trip('string id = 1; int32 n = 2;'), trip('reserved 2; string id = 1;'), ['C36/output'], ['C36/input']),
  ...either(trip('string id = 1; int32 n = 2;'), trip('string id = 1;'), ['C36/output', 'C49/free'], ['C36/input', 'C49/free']),
  ['output', ['C36/deprecated'], trip('string id = 1; int32 n = 2 [deprecated = true];'), trip('reserved 2; string id = 1;')],
  ...either(trip('string id = 1;'), trip('string key = 1;'), ['C38/output'], ['C38/input']),
  ...either(trip('int32 n = 1;'), trip('int64 n = 1;'), ['C39/output'], ['C39/input']),
  ...either(trip('int64 n = 1;'), trip('int32 n = 1;'), ['C40/output'], ['C40/input']),
  ...either(trip('int32 n = 1;'), trip('string n = 1;'), ['C44/other'], ['C44/other']),
  ...either(trip('int32 n = 1;'), trip('repeated int32 n = 1;'), ['C44/other'], ['C44/other']),
  ...either(trip('int32 n = 1;'), trip('string other = 1;'), ['C49/any'], ['C49/any']),
  // One field may get a oneof of its own; several exclude each other from then on.
  ...either(trip('string id = 1;'), trip('oneof x { string id = 1; }'), ['C48/text'], ['C48/text']),
  ...either(trip('string a = 1; string b = 2;'), trip('oneof x { string a = 1; string b = 2; }'), ['C49/any'], ['C49/any']),
  ...either(trip('oneof x { string a = 1; string b = 2; }'), trip('oneof y { string a = 1; string b = 2; }'), ['C48/text'], ['C48/text']),
  ...either(trip('oneof x { string a = 1; } string b = 2;'), trip('oneof x { string a = 1; string b = 2; }'), ['C49/any'], ['C49/any']),
  ...either(trip('oneof x { string a = 1; }'), trip('oneof x { string a = 1; string b = 2; }'), ['C49/any'], ['C49/any']),
  ...either(trip('oneof x { string a = 1; string b = 2; }'), trip('reserved 2; oneof x { string a = 1; }'), ['C49/any'], ['C49/any']),
  ...either(trip('oneof x { string a = 1; string b = 2; }'), trip('oneof x { string a = 1; } string b = 2;'), ['C49/any'], ['C49/any']),
  // Readers know a field by its number: another number is another field, the same name under another number is lost.
  ...either(trip('string a = 1;'), trip('reserved 1; string b = 2;'), ['C34/output', 'C36/output'], ['C34/input', 'C36/input']),
  ...either(trip('string a = 1;'), trip('reserved 1; string a = 2;'), ['C49/any'], ['C49/any']),
  // The type of a field comes with the field, and has one name however it is written.
  ...either(trip(''), proto('message Trip { Stop stop = 1; } message Stop { string id = 1; }'), ['C34/output'], ['C34/input']),
  ...either(
    proto('message Trip { Stop stop = 1; } message Stop { string id = 1; }', 'package a;'),
    proto('message Trip { .a.Stop stop = 1; } message Stop { string id = 1; }', 'package a;'),
    ['C48/text'],
    ['C48/text'],
  ),
  ...either(
    proto('message Trip { Stop stop = 1; } message Stop { string id = 1; }', 'package a;'),
    proto('message Trip { b.Stop stop = 1; } message Stop { string id = 1; }', 'package b;'),
    ['C45/any'],
    ['C45/any'],
  ),
  ...either(trip('map<string, int32> m = 1;'), trip('map<string, int64> m = 1;'), ['C39/output'], ['C39/input']),
  ...either(trip('repeated int32 n = 1;'), trip('repeated int32 n = 1 [packed = false];'), ['C48/text'], ['C48/text']),
  ...either(trip('enum S { A = 0; B = 1; }'), trip('enum S { A = 0; C = 1; }'), ['C38/output'], ['C38/input']),
  ['output', ['C48/text'], trip('optional string id = 1;'), trip('string id = 1;')],
  ...either(trip('string id = 1;'), proto('message Trip { string id = 1; }', 'package b;'), ['C45/any'], ['C45/any']),
  ...either(trip(''), proto('message Trip {} message Ride {}'), ['C26/output'], ['C26/input']),
  ...either(proto('message Trip {} message Ride {}'), trip(''), ['C27/any'], ['C27/any']),
  ...either(trip('enum S { A = 0; }'), trip('enum S { A = 0; B = 1; }'), ['C42/default'], ['C42/input']),
  ...either(trip('enum S { A = 0; B = 1; }'), trip('enum S { A = 0; }'), ['C43/output'], ['C43/default']),
  ...either(trip('enum S { A = 0; B = 1; }'), trip('enum S { A = 0; B = 2; }'), ['C49/any'], ['C49/any']),
  ...either(
    'syntax = "proto2"; message T { optional int32 n = 1; }',
    'syntax = "proto2"; message T { required int32 n = 1; }',
    ['C35/output'],
    ['C35/input'],
  ),
  ['output', ['C33/any'], 'nonsense {', trip('')],
  ['output', [], trip('string id = 1;'), trip('string id = 1;')],
];
