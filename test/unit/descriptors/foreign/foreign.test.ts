import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkForeignDocuments, folderCache, memoryCache } from '../../../../descriptors/foreign/index.js';
import type { Finding, Product, StandardDefinition } from '../../../../descriptors/index.js';
import type { JsonObject } from '../../../../descriptors/json.js';
import { example, product } from '../example.js';
import { api, channel, message, output } from '../compare/cases/case.js';

const described = (specification: string, definition: JsonObject | string): StandardDefinition => ({
  name: 'api',
  version: '1.0.0',
  specification,
  definition,
});

async function findingsOn(change: (tree: Product) => unknown): Promise<Finding[]> {
  const tree = product();
  change(tree);
  return checkForeignDocuments(tree, { cache: memoryCache() });
}

const asyncApi3 = (more: JsonObject = {}): JsonObject => ({
  asyncapi: '3.0.0',
  info: { title: 'Trips', version: '1.0.0' },
  channels: { trips: { address: 'trips', messages: { Trip: { payload: { type: 'object' } } } } },
  operations: { send: { action: 'send', channel: { $ref: '#/channels/trips' } } },
  ...more,
});
const record = (...fields: JsonObject[]): JsonObject => ({ type: 'record', name: 'T', fields });
const openApi = (more: JsonObject = {}): JsonObject => ({
  openapi: '3.0.3',
  info: { title: 'Trips', version: '1.0.0' },
  paths: { '/trips': { get: { responses: { 200: { description: 'ok' } } } } },
  ...more,
});

const definition = '/interfaceComponents/outputPorts/0/promises/api/definition';

describe('documents in other languages', () => {
  it.each(['1.0.0', '1.1.0'])('of the example %s are as they should be', async (version) => {
    const { product: tree, positions } = example(version);
    expect(await checkForeignDocuments(tree!, { positions, cache: memoryCache() })).toEqual([]);
  });

  it.each([
    ['AsyncAPI 3', described('asyncapi', asyncApi3())],
    ['OpenAPI 3.0', described('openapi', openApi())],
    ['OpenAPI 3.1', described('openapi', openApi({ openapi: '3.1.0' }))],
    ['Swagger', described('swagger', { swagger: '2.0', info: { title: 'a', version: '1' }, paths: {} })],
    ['Avro', described('avro', { type: 'record', name: 'T', fields: [] })],
    ['Avro as text', described('Apache Avro', '{"type": "string"}')],
    ['JSON Schema', described('json-schema', { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: {} } })],
    ['JSON Schema 2020-12', described('JSON Schema', { $schema: 'https://json-schema.org/draft/2020-12/schema', prefixItems: [{}] })],
    ['Protobuf', described('protobuf', 'syntax = "proto3"; message T { string a = 1; }')],
    ['Protobuf with imports', described('protobuf', 'syntax = "proto3"; import "b.proto"; message T { b.T a = 1; }')],
    ['AsyncAPI as text', described('asyncapi', JSON.stringify(asyncApi3()))],
    ['AsyncAPI as text, in YAML', described('asyncapi', 'asyncapi: 2.5.0\ninfo:\n  title: a\n  version: "1"\nchannels: {}\n')],
    ['OpenAPI as text', described('openapi', JSON.stringify(openApi()))],
    ['JSON Schema as text', described('json-schema', '{"type": "object"}')],
    [
      'AsyncAPI on another host, which nobody reads',
      described('asyncapi', { $href: 'https://example.com/api.json', mediaType: 'text/json' }),
    ],
    ['a language that nobody here knows', described('raml', '#%RAML 1.0')],
    ['a document that refers to another host, which nobody asks', described('json-schema', { $ref: 'http://127.0.0.1:1/x' })],
  ])('%s: no finding where there is no fault', async (_name, document) => {
    expect(await findingsOn((tree) => (output(tree).promises!.api = document))).toEqual([]);
  });

  type Fault = [what: string, rule: string, pointer: string, message: RegExp, change: (tree: Product) => unknown];
  const inApi =
    (document: StandardDefinition): Fault[4] =>
    (tree) =>
      (output(tree).promises!.api = document);
  const faults: Fault[] = [
    [
      'unknown key of a channel',
      'asyncapi',
      '/channels/trip-status/subscrib',
      /subscrib is not expected/,
      (t) => (channel(output(t))['subscrib'] = {}),
    ],
    [
      'unknown key of a message',
      'asyncapi',
      '/components/messages/TripStatus/contenType',
      /contenType/,
      (t) => (message(output(t)).contenType = 'x'),
    ],
    ['wrong type', 'asyncapi', '/channels/trip-status/description', /must be string/, (t) => (channel(output(t))['description'] = 3)],
    ['missing info', 'asyncapi', '', /must have required property 'info'/, (t) => delete api(output(t)).info],
    ['missing version', 'asyncapi', '', /asyncapi, the version/, (t) => delete api(output(t)).asyncapi],
    [
      'reference to nothing',
      'asyncapi',
      '/channels/trip-status/subscribe/message/$ref',
      /there is nothing at #\/components\/messages\/None/,
      (t) => ((channel(output(t))['subscribe'] as { message: object }).message = { $ref: '#/components/messages/None' }),
    ],
    [
      'operationId twice',
      'asyncapi',
      '/channels/trip-status/publish/operationId',
      /used twice/,
      (t) => (channel(output(t))['publish'] = { operationId: 'readTripStatus' }),
    ],
    [
      'AsyncAPI 3: wrong action',
      'asyncapi',
      '/operations/send/action',
      /allowed values: send, receive/,
      inApi(described('asyncapi', asyncApi3({ operations: { send: { action: 'sen', channel: { $ref: '#/channels/trips' } } } }))),
    ],
    [
      'AsyncAPI 3: operation without a channel',
      'asyncapi',
      '/operations/send/channel/$ref',
      /there is nothing/,
      inApi(described('asyncapi', asyncApi3({ operations: { send: { action: 'send', channel: { $ref: '#/channels/x' } } } }))),
    ],
    [
      'Avro payload',
      'avro',
      '/components/messages/TripStatus/payload/fields/1/type',
      /no valid Avro/,
      (t) => (message(output(t)).payload.fields[1].type = 'strin'),
    ],
    [
      'JSON payload',
      'json-schema',
      '/channels/trips/messages/Trip/payload/type',
      /allowed values/,
      inApi(described('asyncapi', asyncApi3({ channels: { trips: { messages: { Trip: { payload: { type: 'objec' } } } } } }))),
    ],
    [
      'OpenAPI: wrong type',
      'openapi',
      '/info/title',
      /must be string/,
      inApi(described('openapi', openApi({ info: { title: 3, version: '1' } }))),
    ],
    ['OpenAPI: unknown key', 'openapi', '/pathes', /pathes is not expected/, inApi(described('openapi', openApi({ pathes: {} })))],
    [
      'Avro',
      'avro',
      '/fields/0/type',
      /no valid Avro/,
      inApi(described('avro', { type: 'record', name: 'T', fields: [{ name: 'a', type: 'x' }] })),
    ],
    ['Avro as text', 'avro', '', /no JSON/, inApi(described('avro', '{"type": '))],
    [
      'AsyncAPI as text',
      'asyncapi',
      '',
      /^\/info\/title: must be string/,
      inApi(described('asyncapi', JSON.stringify(asyncApi3({ info: { title: 3, version: '1' } })))),
    ],
    ['AsyncAPI as broken text', 'asyncapi', '', /no object in JSON or YAML/, inApi(described('asyncapi', '{"asyncapi": '))],
    ['AsyncAPI: a number for its version', 'asyncapi', '/asyncapi', /must be a text/, inApi(described('asyncapi', { asyncapi: 2.5 }))],
    [
      'OpenAPI: reference to nothing',
      'openapi',
      '/paths/~1trips/get/responses/200/$ref',
      /there is nothing at #\/components\/responses\/None/,
      inApi(
        described('openapi', openApi({ paths: { '/trips': { get: { responses: { 200: { $ref: '#/components/responses/None' } } } } } })),
      ),
    ],
    [
      'Avro: default of another type',
      'avro',
      '/fields/0/default',
      /default does not fit/,
      inApi(described('avro', record({ name: 'a', type: 'int', default: 'x' }))),
    ],
    [
      'Avro: a field twice',
      'avro',
      '/fields/1/name',
      /duplicate/,
      inApi(described('avro', record({ name: 'a', type: 'int' }, { name: 'a', type: 'int' }))),
    ],
    ['Avro: a name that is none', 'avro', '/fields/0/name', /invalid/, inApi(described('avro', record({ name: 'a-b', type: 'int' })))],
    ['Avro: a record without a name', 'avro', '/name', /must have a name/, inApi(described('avro', { type: 'record', fields: [] }))],
    [
      'JSON Schema: a pattern that is none',
      'json-schema',
      '/properties/a/pattern',
      /regular expression/,
      inApi(described('json-schema', { properties: { a: { pattern: '(' } } })),
    ],
    [
      'JSON payload: a pattern that is none',
      'json-schema',
      '/channels/trips/messages/Trip/payload/pattern',
      /regular expression/,
      inApi(described('asyncapi', asyncApi3({ channels: { trips: { messages: { Trip: { payload: { pattern: '(' } } } } } }))),
    ],
    [
      'JSON Schema',
      'json-schema',
      '/properties/a/type',
      /must be equal to one of/,
      inApi(described('json-schema', { properties: { a: { type: 'strin' } } })),
    ],
    [
      'JSON Schema: reference',
      'json-schema',
      '',
      /can't resolve reference #\/nothing/,
      inApi(described('json-schema', { $ref: '#/nothing' })),
    ],
    ['Protobuf', 'protobuf', '', /no valid Protobuf: .*line 1/, inApi(described('protobuf', 'message {'))],
    [
      'Protobuf: unknown type',
      'protobuf',
      '',
      /no such Type/i,
      inApi(described('protobuf', 'syntax = "proto3"; message T { Nothing a = 1; }')),
    ],
    ['a list', 'asyncapi', '', /no object/, inApi(described('asyncapi', [] as never))],
  ];
  it.each(faults)('%s is an error at its place', async (_what, rule, pointer, text, change) => {
    const found = (await findingsOn(change)).filter((finding) => finding.pointer.startsWith('/interfaceComponents/outputPorts/0/'));
    expect(found).toContainEqual({
      rule: `foreign/${rule}`,
      severity: 'error',
      pointer: definition + pointer,
      message: expect.stringMatching(text),
      ...(found.some(({ hint }) => hint) && { hint: expect.anything() }),
    });
    // No cascade: one defect, one finding; a payload is judged by its own language alone.
    expect(found.length).toBeLessThanOrEqual(1);
  });

  it.each<[string, RegExp, (tree: Product) => unknown]>([
    [
      'connectionString of the field',
      /connectionString is read as url/,
      (t) => (api(output(t)).servers = { main: { connectionString: 'a:9092', protocol: 'kafka' } }),
    ],
    [
      'a logicalType that Avro ignores',
      /logicalType of field timestamp stands beside its type/,
      (t) => Object.assign(message(output(t)).payload.fields[2], { type: 'long', logicalType: 'timestamp-millis' }),
    ],
    ['a version of AsyncAPI that comes later', /AsyncAPI 9.0.0 is not known/, (t) => (api(output(t)).asyncapi = '9.0.0')],
    ['a version of OpenAPI that comes later', /OpenAPI 9.0.0 is not known/, inApi(described('openapi', openApi({ openapi: '9.0.0' })))],
    ['a dialect of JSON Schema', /dialect/, inApi(described('json-schema', { $schema: 'https://example.com/own' }))],
  ])('%s is a warning', async (_what, text, change) => {
    expect(await findingsOn(change)).toEqual([expect.objectContaining({ severity: 'warning', message: expect.stringMatching(text) })]);
  });

  it('are told at the file and line where they were written', async () => {
    const { product: tree, positions } = example();
    message(output(tree!)).payload.fields[1].type = 'strin';
    const [finding] = await checkForeignDocuments(tree!, { positions, cache: memoryCache() });
    expect(finding).toMatchObject({ file: 'schemas/trip-status.avsc', line: 8, pointer: '/fields/1/type' });
  });

  it('are judged once a digest: another process finds the verdict in the folder, and a damaged one is made again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'verdicts-'));
    try {
      const tree = product();
      message(output(tree)).payload.fields[1].type = 'strin';
      const once = await checkForeignDocuments(tree, { cache: folderCache(folder) });
      const files = await readdir(folder);
      expect(files).toHaveLength(3);
      expect(await checkForeignDocuments(tree, { cache: folderCache(folder) })).toEqual(once);
      for (const file of files) await writeFile(join(folder, file), '[{}]');
      expect(await checkForeignDocuments(tree, { cache: folderCache(folder) })).toEqual(once);
      expect(await checkForeignDocuments(tree, { cache: folderCache('/dev/null/nowhere') })).toEqual(once);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
