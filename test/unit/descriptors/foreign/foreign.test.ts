import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkForeignDocuments, folderCache, memoryCache, withForeignDocuments } from '../../../../descriptors/foreign/index.js';
import { readDescriptor, type Finding, type Product, type StandardDefinition } from '../../../../descriptors/index.js';
import type { JsonObject } from '../../../../descriptors/json.js';
import { bundle, example, minimal, product, ROOT } from '../example.js';
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
  it.each(['1.0.0', '1.1.0', '2.0.0'])('of the example %s are as they should be', async (version) => {
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
    ['missing info', 'asyncapi', '/info', /must have required property 'info'/, (t) => delete api(output(t)).info],
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
    ['a list', 'asyncapi', '', /no object/, inApi(described('asyncapi', '[]'))],
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

/* eslint-disable @typescript-eslint/no-explicit-any -- descriptors are made wrong here on purpose */
type Root = any;

/** Proves that one round shows everything: what is wrong elsewhere hides no fault of a document, and no fault is told twice. */
describe('documents of a descriptor with other errors', () => {
  const API = '/interfaceComponents/outputPorts/0/promises/api';
  const apiOf = (root: Root): Root => root.interfaceComponents.outputPorts[0].promises.api;
  async function whole(change: (root: Root) => unknown, files: { [path: string]: unknown } = {}): Promise<string[]> {
    const root: Root = minimal();
    change(root);
    const read = readDescriptor(bundle({ [ROOT]: root, ...files }), { elsewhere: 'told' });
    const { findings, product: found } = await withForeignDocuments(read, memoryCache());
    expect(found).toBeUndefined();
    return findings.filter(({ severity }) => severity === 'error').map(({ rule, pointer }) => `${rule} ${pointer}`);
  }
  /** A fault of the document that no rule of the descriptor knows. */
  const typo = (root: Root): unknown => (apiOf(root).definition.channels.placed.subscrib = {});
  const TYPO = `foreign/asyncapi ${API}/definition/channels/placed/subscrib`;

  it.each<[what: string, errors: string[], change: (root: Root) => unknown]>([
    ['of the product', ['R24 /info/version'], (r) => (r.info.version = 'one')],
    [
      'of another port',
      ['R99 /interfaceComponents/outputPorts/1/$ref'],
      (r) => r.interfaceComponents.outputPorts.push({ $ref: 'none.json' }),
    ],
    ['of the definition around it', [`R54 ${API}/description`], (r) => (apiOf(r).description = 1)],
    ['a missing section', ['R20 /info'], (r) => delete r.info],
  ])('are judged beside an error %s', async (_what, errors, change) => {
    const found = await whole((root) => (typo(root), change(root)));
    expect(found.sort()).toEqual([...errors, TYPO].sort());
  });

  it('are judged at the same places as those of a descriptor without', async () => {
    expect(await whole(typo)).toEqual([TYPO]);
  });

  it.each<[what: string, errors: string[], change: (root: Root) => unknown, files?: { [path: string]: unknown }]>([
    ['no channels', [`R71a ${API}/definition/channels`], (r) => delete apiOf(r).definition.channels],
    ['channels of another type', [`R71a ${API}/definition/channels`], (r) => (apiOf(r).definition.channels = { placed: 3 })],
    [
      'a version that nobody says',
      [`R71 ${API}/specificationVersion`],
      (r) => (delete apiOf(r).specificationVersion, delete apiOf(r).definition.asyncapi),
    ],
    ['a definition of another type', [`R72 ${API}/definition`], (r) => (apiOf(r).definition = [])],
    ['a specification of another type', [`R70 ${API}/specification`], (r) => (apiOf(r).specification = 1)],
    ['a document that is not there', [`R99 ${API}/definition/$ref`], (r) => (apiOf(r).definition = { $ref: 'none.json' })],
    [
      'a document of which a part is not there',
      ['R99 /channels/placed/subscribe/message/payload/$ref'],
      (r) => (apiOf(r).definition = { $ref: 'api.json' }),
      {
        'api.json': {
          asyncapi: '2.5.0',
          info: { title: 'Orders', version: '1.0.0' },
          channels: { placed: { subscribe: { message: { schemaFormat: 'application/vnd.apache.avro', payload: { $ref: 'none.avsc' } } } } },
        },
      },
    ],
    ['a document that cannot be read', ['R1 '], (r) => (apiOf(r).definition = { $ref: 'api.json' }), { 'api.json': '{"asyncapi": ' }],
  ])('one defect, one finding: %s', async (_what, errors, change, files = {}) => {
    expect(await whole(change, files)).toEqual(errors);
  });

  it.each<[what: string, common: object, errors: string[]]>([
    ['that refers to another part of itself', { schemas: { Id: { type: 'string' } } }, []],
    ['with a schema that holds itself', { schemas: { Id: { type: 'object', properties: { parent: { $ref: '#/schemas/Id' } } } } }, []],
    ['that refers to what it does not have', { schemas: {} }, ['R104 /bodies/Placed/payload/properties/id/$ref']],
  ])('follow references inside of another file %s where they are written', async (_what, schemas, errors) => {
    const common = {
      messages: { Placed: { $ref: '#/bodies/Placed' } },
      bodies: { Placed: { payload: { type: 'object', properties: { id: { $ref: '#/schemas/Id' } } } } },
      ...schemas,
    };
    const files = {
      'api.json': {
        asyncapi: '2.5.0',
        info: { title: 'Orders', version: '1.0.0' },
        channels: { placed: { subscribe: { message: { $ref: 'common.json#/messages/Placed' } } } },
      },
      'common.json': common,
    };
    const root: Root = minimal();
    apiOf(root).definition = { $ref: 'api.json' };
    const { findings } = await withForeignDocuments(readDescriptor(bundle({ [ROOT]: root, ...files })), memoryCache());
    expect(findings.filter(({ severity }) => severity === 'error').map(({ rule, pointer }) => `${rule} ${pointer}`)).toEqual(errors);
  });

  it('are told in one list with everything else, errors first, and counted when they are very many', async () => {
    const root: Root = minimal();
    root.info.version = 'one';
    for (let index = 0; index < 600; index++) root[`key${index}`] = 1;
    typo(root);
    const { findings } = await withForeignDocuments(readDescriptor(bundle({ [ROOT]: root })), memoryCache());
    expect(findings.slice(0, 2).map(({ rule }) => rule)).toEqual(['R24', 'foreign/asyncapi']);
    expect(findings).toHaveLength(501);
    expect(findings.at(-1)?.message).toBe('and 102 findings more');
  });

  it.each<[what: string, change: (definition: Root, secret: string) => unknown]>([
    ['a version', (d, secret) => (d.asyncapi = secret)],
    ['a reference', (d, secret) => (d.channels.placed.subscribe.message = { $ref: `#/x/${secret}` })],
    [
      'an operationId',
      (d, secret) => ((d.channels.placed.subscribe.operationId = secret), (d.channels.placed.publish = { operationId: secret })),
    ],
    [
      'an Avro schema',
      (d, secret) => (d.channels.placed.subscribe.message = { schemaFormat: 'application/vnd.apache.avro', payload: secret }),
    ],
    [
      'a Protobuf schema',
      (d, secret) =>
        (d.channels.placed.subscribe.message = { schemaFormat: 'application/protobuf', payload: `message ${secret} ${secret}` }),
    ],
  ])('do not repeat a secret that stands in %s', async (_what, change) => {
    for (const secret of [`ghp_${'a1B2'.repeat(10)}`, 'q8Zr1LmN0pVt5XwYb2CdE4fG7hJk']) {
      const root: Root = minimal();
      change(apiOf(root).definition, secret);
      const { findings } = await withForeignDocuments(readDescriptor(bundle({ [ROOT]: root })), memoryCache());
      expect(findings.filter(({ rule }) => rule.startsWith('foreign/'))).not.toEqual([]);
      expect(JSON.stringify(findings)).not.toContain(secret);
    }
  });

  const RELATIVE = /not followed inside of an inline document/;
  const asyncApi = (channel: object, more: object = {}): object => ({
    asyncapi: '2.5.0',
    info: { title: 'Orders', version: '1.0.0' },
    channels: { placed: channel },
    ...more,
  });
  const avro = 'application/vnd.apache.avro';
  it.each<[what: string, specification: string, definition: unknown, places: string[]]>([
    ['a channel', 'asyncapi', asyncApi({ $ref: 'a.json' }), ['/channels/placed/$ref']],
    [
      'a payload',
      'asyncapi',
      asyncApi({ subscribe: { message: { schemaFormat: avro, payload: { $ref: '../a.avsc' } } } }),
      ['/channels/placed/subscribe/message/payload/$ref'],
    ],
    [
      'the inside of a payload',
      'asyncapi',
      asyncApi({ subscribe: { message: { payload: { properties: { a: { $ref: 'a.json#/x' } } } } } }),
      ['/channels/placed/subscribe/message/payload/properties/a/$ref'],
    ],
    ['a document as text', 'asyncapi', JSON.stringify(asyncApi({ $ref: 'a.json' })), ['']],
    [
      'OpenAPI',
      'openapi',
      openApi({ paths: { '/a': { $ref: 'a.json' }, '/b': { $ref: 'b.json' } } }),
      ['/paths/~1a/$ref', '/paths/~1b/$ref'],
    ],
    ['JSON Schema', 'json-schema', { properties: { a: { $ref: 'a.json' } } }, ['/properties/a/$ref']],
  ])('of an inline document, a reference to a file is told where it stands: %s', async (_what, specification, definition, places) => {
    const root: Root = minimal();
    delete root.interfaceComponents.outputPorts[0].promises.servicesType;
    Object.assign(apiOf(root), { specification, definition, specificationVersion: undefined });
    const { findings } = await withForeignDocuments(readDescriptor(bundle({ [ROOT]: root })), memoryCache());
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual(
      places.map((place) => ({
        ...{
          rule: `foreign/${specification}`,
          severity: 'error',
          file: ROOT,
          line: expect.any(Number),
          pointer: `${API}/definition${place}`,
        },
        ...{ message: expect.stringMatching(RELATIVE), hint: expect.stringMatching(/file of its own/) },
      })),
    );
  });

  it.each<[what: string, specification: string, definition: unknown]>([
    ['to another host', 'openapi', openApi({ paths: { '/a': { $ref: 'https://example.com/a.json' } } })],
    ['that is data', 'asyncapi', asyncApi({ subscribe: { message: { payload: { default: { $ref: 'a.json' } } } } })],
    [
      'to a schema in the document that has an address of its own',
      'json-schema',
      { $id: 'https://example.com/a.json', $defs: { b: { $id: 'b.json', properties: { c: { $ref: 'a.json' } } } } },
    ],
  ])('nothing is said of a reference %s', async (_what, specification, definition) => {
    const root: Root = minimal();
    delete root.interfaceComponents.outputPorts[0].promises.servicesType;
    Object.assign(apiOf(root), { specification, definition, specificationVersion: undefined });
    const { findings } = await withForeignDocuments(readDescriptor(bundle({ [ROOT]: root })), memoryCache());
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});
