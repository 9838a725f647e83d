import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { readDescriptor, type Finding } from '../../../../descriptors/index.js';
import { bundle, example, minimal } from '../example.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- descriptors are made wrong here on purpose */
type Minimal = ReturnType<typeof minimal>;

const read = (files: { [path: string]: unknown }) => readDescriptor(bundle(files));
const withPort = (port: unknown, files: { [path: string]: unknown } = {}) => {
  const root = minimal();
  root.interfaceComponents.outputPorts = [port];
  return read({ 'data-product-descriptor.json': root, ...files });
};
const port = () => minimal().interfaceComponents.outputPorts[0] as { name: string; description?: string };
const rulesOf = (findings: Finding[]): string[] => findings.map(({ rule }) => rule);

describe('documents', () => {
  it('are read as JSON and as YAML to the same tree', () => {
    const [json, yaml] = [
      read({ 'data-product-descriptor.json': minimal() }),
      read({ 'data-product-descriptor.yaml': stringify(minimal()) }),
    ];
    expect(json.findings).toEqual([]);
    expect(yaml.product).toEqual(json.product);
  });

  it('may begin with a byte order mark, end their lines as Windows does, and use tabs in JSON', () => {
    expect(
      read({ 'data-product-descriptor.json': `\uFEFF${JSON.stringify(minimal(), null, '\t').replaceAll('\n', '\r\n')}` }).findings,
    ).toEqual([]);
    expect(read({ 'data-product-descriptor.yaml': `\uFEFF${stringify(minimal()).replaceAll('\n', '\r\n')}` }).findings).toEqual([]);
  });

  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const bomb = `a: &a [1,2,3,4,5,6,7,8,9]\n${[...'bcdefgh'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]`).join('\n')}\n`;
  it.each([
    ['R1', 'broken JSON', 'data-product-descriptor.json', '{\n"a": 1,\n}', 3],
    ['R1', 'broken YAML', 'data-product-descriptor.yaml', 'a: 1\nb: [1\nc: 2\n', 3],
    ['R1', 'no object', 'data-product-descriptor.json', '[]', 1],
    ['R1', 'nothing', 'data-product-descriptor.yaml', '', 1],
    ['R1', 'several documents', 'data-product-descriptor.yaml', 'a: 1\n---\nb: 2\n', 2],
    ['R1', 'a number that is none', 'data-product-descriptor.yaml', 'a: .nan\n', 1],
    ['R3', 'a key twice, in JSON', 'data-product-descriptor.json', '{\n"a": 1,\n"a": 2}', 3],
    ['R3', 'a key twice, in YAML', 'data-product-descriptor.yaml', 'a: 1\nb: 2\na: 3\n', 3],
    ['R5', 'a tag of YAML', 'data-product-descriptor.yaml', 'a: 1\nb: !!binary aGk=\n', 2],
    ['R5', 'a tag of its own', 'data-product-descriptor.yaml', 'a: 1\nb: !env X\n', 2],
    ['R6', 'a key that is a number', 'data-product-descriptor.yaml', 'a: 1\n1: 2\n', 2],
    ['R107', 'aliases that swell', 'data-product-descriptor.yaml', bomb, 1],
    ['R107', 'deep nesting', 'data-product-descriptor.json', `{"a":${nested(200)}}`, 1],
    ['R107', 'absurdly deep nesting', 'data-product-descriptor.json', `{"a":${nested(50_000)}}`, 1],
    ['R107', 'a huge document', 'data-product-descriptor.json', JSON.stringify({ a: 'x'.repeat(8 * 1024 * 1024) }), 1],
  ])('%s: %s is refused with its line', (rule, _what, file, text, line) => {
    const { product, findings } = read({ [file]: text });
    expect(product).toBeUndefined();
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ rule, severity: 'error', file });
    expect(findings[0]?.line).toBeGreaterThanOrEqual(line);
  });

  it('that are no text are refused', () => {
    const files = bundle({ 'data-product-descriptor.json': '' });
    expect(rulesOf(readDescriptor({ ...files, read: () => new Uint8Array([0xff, 0xfe, 0x00]) }).findings)).toEqual(['R1']);
  });
});

describe('references', () => {
  it('are resolved against the document that holds them, through chains and fragments', () => {
    const found = withPort(
      { $ref: 'ports/index.json#/list/0' },
      { 'ports/index.json': { list: [{ $ref: 'a~b.json#/the~1port' }] }, 'ports/a~b.json': { 'the/port': port() } },
    );
    expect(found.findings).toEqual([]);
    expect(found.product?.interfaceComponents.outputPorts[0]?.name).toBe('placed');
    expect(found.positions.get('/interfaceComponents/outputPorts/0/name')).toMatchObject({
      file: 'ports/a~b.json',
      pointer: '/the~1port/name',
    });
  });

  it('to the components of the descriptor itself are followed, and the section is left out', () => {
    const root = { ...minimal(), components: { outputPorts: { placed: port() } } };
    root.interfaceComponents.outputPorts = [{ $ref: '#/components/outputPorts/placed' }];
    const found = read({ 'data-product-descriptor.json': root });
    expect(found.findings).toEqual([]);
    expect(found.product).not.toHaveProperty('components');
  });

  it('may describe their target in their own words (R100)', () => {
    const found = withPort({ $ref: 'p.json', description: 'Mine' }, { 'p.json': { ...port(), description: 'Theirs' } });
    expect(found.product?.interfaceComponents.outputPorts[0]?.description).toBe('Mine');
  });

  it.each([
    ['R99', 'a missing document', { $ref: 'none.json' }, {}],
    ['R104', 'a missing place', { $ref: 'p.json#/x' }, { 'p.json': {} }],
    ['R104', 'a place of the prototype', { $ref: 'p.json#/constructor' }, { 'p.json': {} }],
    ['R104', 'a broken fragment', { $ref: 'p.json#/%' }, { 'p.json': {} }],
    ['R107', 'itself', { $ref: '' }, {}],
    ['R107', 'a circle', { $ref: 'p.json' }, { 'p.json': { $ref: 'q.json' }, 'q.json': { $ref: 'p.json' } }],
    [
      'R107',
      'a long chain',
      { $ref: '0.json' },
      Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}.json`, { $ref: `${i + 1}.json` }])),
    ],
    ['R113', 'another host', { $ref: 'https://user:hunter2@example.com/p.json' }, {}],
    ['R113', 'a host without scheme', { $ref: '//example.com/p.json' }, {}],
    ['R113', 'a file of the machine', { $ref: '/etc/passwd' }, {}],
    ['R113', 'a file outside', { $ref: '../p.json' }, {}],
    ['R113', 'a file outside, in disguise', { $ref: '%2e%2e/p.json' }, {}],
    ['R113', 'a file outside, its slash in disguise', { $ref: '%2e%2e%2fp.json' }, {}],
    ['R113', 'a file outside, by a way round', { $ref: 'x/../../p.json' }, { 'p.json': {} }],
    ['R113', 'a file outside, with backslashes', { $ref: '..\\p.json' }, { 'p.json': {} }],
    ['R113', 'a backslash in disguise', { $ref: '..%5cp.json' }, { 'p.json': {} }],
    ['R113', 'a drive', { $ref: 'C:\\p.json' }, {}],
    ['R113', 'a file by its URL', { $ref: 'file:///etc/passwd' }, {}],
    ['R113', 'a URL that holds its data', { $ref: 'data:application/json,{}' }, {}],
    ['R113', 'a name that ends early', { $ref: 'p.json%00.txt' }, { 'p.json': {} }],
    ['R113', 'the folder itself', { $ref: '.' }, {}],
    ['R99', 'a number', { $ref: 1 }, {}],
    ['R99', 'nothing', { $ref: null }, {}],
    ['R99', 'a query', { $ref: 'p.json?x=1' }, { 'p.json': {} }],
    ['R104', 'the length of a list', { $ref: 'p.json#/list/length' }, { 'p.json': { list: [{}] } }],
    ['R104', 'an index with a zero in front', { $ref: 'p.json#/list/00' }, { 'p.json': { list: [{}] } }],
    ['R104', 'what is behind a list', { $ref: 'p.json#/list/-' }, { 'p.json': { list: [{}] } }],
    ['R107', 'the list that it stands in', { $ref: '#/interfaceComponents/outputPorts/0' }, {}],
  ])('%s: to %s are refused, once', (rule, _what, reference, files) => {
    const found = withPort(reference, files);
    expect(found.findings.filter(({ severity }) => severity === 'error')).toEqual([expect.objectContaining({ rule, severity: 'error' })]);
    expect(JSON.stringify(found.findings)).not.toContain('hunter2');
  });

  it.each(['#/a~1b', '#/a~0b', '#/a%25b', '#/', '#/%C3%BC%20x', '#/a%7E1b', '#/list/0'])('by the pointer %s are followed', (pointer) => {
    const parts = Object.fromEntries(['a/b', 'a~b', 'a%b', '', 'ü x'].map((key) => [key, port()]));
    expect(withPort({ $ref: `p.json${pointer}` }, { 'p.json': { ...parts, list: [port()] } }).findings).toEqual([]);
  });

  it('say what was meant: of another case, or no file at all', () => {
    const [nearly] = withPort({ $ref: 'Ports.json' }, { 'ports.json': port() }).findings;
    expect(nearly).toMatchObject({ rule: 'R99', hint: expect.stringContaining('Did you mean ports.json?') });
    const [file] = withPort({ $ref: 'file:///etc/passwd' }).findings;
    expect(file?.message).toBe('the reference is a URL of file, which is never read');
  });

  it('with other fields beside them are followed with a warning (R102), without a slash too (R105)', () => {
    expect(rulesOf(withPort({ $ref: 'p.json', name: 'x' }, { 'p.json': port() }).findings)).toEqual(['R102']);
    expect(rulesOf(withPort({ $ref: 'p.json#a' }, { 'p.json': { a: port() } }).findings)).toEqual(['R105']);
  });

  it('to more documents than a descriptor has parts, or to more bytes, are refused', () => {
    const part = (bytes: number): string => JSON.stringify({ ...port(), 'x-filler': 'x'.repeat(bytes) });
    const descriptor = (count: number, bytes: number) => {
      const root = minimal();
      const names = Array.from({ length: count }, (_, index) => `${index}.json`);
      root.interfaceComponents.outputPorts = names.map((name) => ({ $ref: name }));
      return read({ 'data-product-descriptor.json': root, ...Object.fromEntries(names.map((name) => [name, part(bytes)])) });
    };
    expect(rulesOf(descriptor(2, 6 * 1024 * 1024).findings)).not.toContain('R107');
    expect(rulesOf(descriptor(3, 6 * 1024 * 1024).findings)).toContain('R107');
    expect(rulesOf(descriptor(250, 0).findings)).toContain('R107');
  });

  it('that multiply are refused before they fill the memory', () => {
    const root = minimal();
    root.interfaceComponents.outputPorts = Array.from({ length: 10_000 }, () => ({ $ref: 'p.json' }));
    const found = read({
      'data-product-descriptor.json': root,
      'p.json': { ...port(), ...Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x-${i}`, i])) },
    });
    expect(rulesOf(found.findings)).toContain('R107');
  });

  it('inside inline definitions, templates and configurations are not touched', () => {
    const root = minimal();
    const [store] = root.internalComponents.infrastructuralComponents as [Minimal['internalComponents']];
    Object.assign(store, {
      provisionInfo: { service: 'terraform', template: { definition: { $ref: 'no.json' } }, configurations: { a: { $ref: 'no.json' } } },
    });
    const [output] = root.interfaceComponents.outputPorts as [{ promises: { api: { definition: { channels: object } } } }];
    output.promises.api.definition.channels = { a: { $ref: 'no.yaml#/x' } };
    const found = read({ 'data-product-descriptor.json': root });
    expect(found.findings).toEqual([]);
    expect(found.product?.internalComponents.infrastructuralComponents[0]?.provisionInfo?.configurations).toEqual({
      a: { $ref: 'no.json' },
    });
  });

  it('of foreign documents to files of the bundle are put in their places', () => {
    const { product, positions } = example();
    const pointer = '/interfaceComponents/outputPorts/0/promises/api/definition/components/messages/TripStatus/payload';
    expect(product?.interfaceComponents.outputPorts[0]?.promises?.api?.definition).toHaveProperty(
      'components.messages.TripStatus.payload.type',
      'record',
    );
    expect(positions.get(pointer)).toEqual({ file: 'schemas/trip-status.avsc', pointer: '', line: 1 });
  });

  it('of foreign documents that go in a circle are refused', () => {
    const found = withPort(
      { ...port(), promises: { api: { name: 'api', version: '1.0.0', specification: 'custom', definition: { $ref: 'a.yaml' } } } },
      { 'a.yaml': 'x: {$ref: b.yaml}\n', 'b.yaml': 'x: {$ref: a.yaml}\n' },
    );
    expect(rulesOf(found.findings)).toContain('R107');
  });

  it('to templates become paths of the bundle; what lies elsewhere is refused', () => {
    const task = (template: unknown, files: { [path: string]: string }) => {
      const root = minimal();
      root.internalComponents.infrastructuralComponents = [{ $ref: 'infra/store.json' }];
      return read({
        'data-product-descriptor.json': root,
        'infra/store.json': { name: 'store', version: '1.0.0', provisionInfo: { service: 'terraform', template } },
        ...files,
      });
    };
    const found = task({ mediaType: 'text/terraform', $href: '../module' }, { 'module/main.tf': '' });
    expect(found.product?.internalComponents.infrastructuralComponents[0]?.provisionInfo?.template).toEqual({
      mediaType: 'text/terraform',
      $href: 'module',
    });
    expect(rulesOf(task({ $href: '../none' }, {}).findings)).toEqual(['R99']);
    for (const href of ['../../outside', 'https://example.com/module.git'])
      expect(rulesOf(task({ $href: href }, {}).findings)).toEqual(['R113']);
  });
});

describe('normalisation', () => {
  const FQN = 'urn:dpds:com.company:dataproducts:orders';
  const output = (root: Minimal) => root.interfaceComponents.outputPorts[0] as { [key: string]: any };
  const table: [rule: string, what: string, change: (root: Minimal) => void, path: string, expected: unknown][] = [
    ['T1', 'fqn of the product without major', (r) => (r.info.fullyQualifiedName = FQN), 'info.fullyQualifiedName', `${FQN}:1`],
    [
      'T3',
      'fqn of a port without major',
      (r) => (output(r)['fullyQualifiedName'] = `${FQN}:outputports:placed`),
      'interfaceComponents.outputPorts.0.fullyQualifiedName',
      `${FQN}:1:outputports:placed`,
    ],
    [
      'T4',
      'infrastructure without name',
      (r) =>
        (r.internalComponents.infrastructuralComponents = [{ fullyQualifiedName: `${FQN}:1:infrastructure:eventStore`, version: '1.0.0' }]),
      'internalComponents.infrastructuralComponents.0.name',
      'eventStore',
    ],
    [
      'T5',
      'serviceType',
      (r) => (output(r)['promises'] = { ...output(r)['promises'], servicesType: undefined, serviceType: 'streaming-services' }),
      'interfaceComponents.outputPorts.0.promises.servicesType',
      'streaming-services',
    ],
    [
      'T6',
      'version of the specification in version',
      (r) => {
        const api = output(r)['promises'].api;
        delete api.name;
        delete api.specificationVersion;
        api.version = '2.5.0';
      },
      'interfaceComponents.outputPorts.0.promises.api',
      { name: 'placedApi', version: '1.0.0', specificationVersion: '2.5.0' },
    ],
    [
      'T8',
      'extension point',
      (r) => (output(r)['promises'].slo = { description: 'SLO', 'x-qualitySlo': { freshness: '5m' } }),
      'interfaceComponents.outputPorts.0.promises.slo',
      {
        name: 'placedSlo',
        version: '1.0.0',
        specification: 'custom',
        specificationVersion: '0',
        definition: { 'x-qualitySlo': { freshness: '5m' } },
      },
    ],
    [
      'T9',
      'contracts',
      (r) => (output(r)['contracts'] = { sla: { 'x-a': 1 } }),
      'interfaceComponents.outputPorts.0.obligations.sla.definition',
      { 'x-a': 1 },
    ],
    [
      'T11',
      'service by address',
      (r) =>
        ((r.internalComponents.infrastructuralComponents[0] as any).provisionInfo.service = {
          contentMediaType: 'x/y',
          $href: 'azureDevOps',
        }),
      'internalComponents.infrastructuralComponents.0.provisionInfo.service',
      'azureDevOps',
    ],
    ['T13', 'blocks of components', () => {}, 'internalComponents.infrastructuralComponents.0.provisionInfo.service', 'terraform'],
    [
      'T17',
      'expectatctions',
      (r) => (output(r)['expectatctions'] = { audience: { 'x-includes': ['a'] } }),
      'interfaceComponents.outputPorts.0.expectations.audience.specification',
      'custom',
    ],
    [
      'T18',
      'an object for a list',
      (r) => ((r.internalComponents as any).applicationComponents = r.internalComponents.applicationComponents[0]),
      'internalComponents.applicationComponents.0.name',
      'writer',
    ],
    [
      'R61',
      'depreceationPolicy',
      (r) => {
        const p = output(r)['promises'];
        p.depreceationPolicy = p.deprecationPolicy;
        delete p.deprecationPolicy;
      },
      'interfaceComponents.outputPorts.0.promises.deprecationPolicy.name',
      'policy',
    ],
  ];

  it.each(table)('%s: %s', (rule, _what, change, path, expected) => {
    const root = minimal();
    change(root);
    const found = read({ 'data-product-descriptor.json': root });
    expect(found.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(found.normalisations).toContainEqual(
      expect.objectContaining({ rule, file: 'data-product-descriptor.json', line: expect.any(Number) }),
    );
    if (typeof expected === 'object') expect(found.product).toHaveProperty(path, expect.objectContaining(expected as object));
    else expect(found.product).toHaveProperty(path, expected);
  });

  it('T7: a definition by $href is read as a reference', () => {
    const root = minimal();
    output(root)['promises'].api.definition = { mediaType: 'text/json', $href: 'api.json' };
    const found = read({ 'data-product-descriptor.json': root, 'api.json': { asyncapi: '2.5.0', channels: { a: {} } } });
    expect(found.product?.interfaceComponents.outputPorts[0]?.promises?.api?.definition).toEqual({
      asyncapi: '2.5.0',
      channels: { a: {} },
    });
    expect(rulesOf(found.findings)).toEqual(['T7']);
  });

  it('T10: externalDocs without an address is left out', () => {
    const root = minimal();
    output(root)['promises'].api.externalDocs = { $href: '' };
    const found = read({ 'data-product-descriptor.json': root });
    expect(found.product?.interfaceComponents.outputPorts[0]?.promises?.api).not.toHaveProperty('externalDocs');
    expect(rulesOf(found.findings)).toEqual(['T10']);
  });

  it('keeps the older name of a product for lookups', () => {
    const root = minimal();
    root.info.fullyQualifiedName = FQN;
    expect(read({ 'data-product-descriptor.json': root }).normalisations).toContainEqual(
      expect.objectContaining({ rule: 'T1', alias: FQN, pointer: '/info/fullyQualifiedName' }),
    );
  });

  it('fills in fqns, kinds and ids', () => {
    const { product } = read({ 'data-product-descriptor.json': minimal() });
    expect(product?.interfaceComponents.outputPorts[0]).toMatchObject({
      fullyQualifiedName: `${FQN}:1:outputports:placed`,
      entityType: 'outputport',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(product?.interfaceComponents.discoveryPorts).toEqual([]);
  });

  it('leaves the prototypes of objects alone', () => {
    const text = JSON.stringify(minimal()).replace(
      '"info":',
      '"__proto__":{"polluted":true},"x-a":{"__proto__":{"polluted":true}},"info":',
    );
    const found = read({ 'data-product-descriptor.json': text });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(rulesOf(found.findings)).toEqual(['R22']);
  });
});
