import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { channelsOf, isError, openBundle, packBundle, readDescriptor, tasksOf } from '../../../../descriptors/index.js';
import { bundle, minimal } from '../example.js';

const FQN = 'urn:dpds:com.company-xyz:dataproducts:orders';

/** The way descriptors were written before 1.0.0 was settled: no major in names, serviceType, definition by $href, blocks on components. */
const older = {
  'data-product-descriptor.json': {
    dataProductDescriptor: '1.0.0',
    info: { name: 'orders', fullyQualifiedName: FQN, version: '1.0.0', domain: 'Sales and Orders', owner: { id: 'sales@company-xyz.com' } },
    interfaceComponents: { outputPorts: [{ description: 'Orders as they come', $ref: 'ports/placed.json' }] },
    internalComponents: {
      applicationComponents: [{ $ref: 'apps/writer.json' }],
      infrastructuralComponents: [{ $ref: 'infra/store.json' }],
    },
  },
  'ports/placed.json': {
    fullyQualifiedName: `${FQN}:outputports:placed`,
    entityType: 'outputport',
    name: 'placed',
    version: '1.0.0',
    promises: {
      serviceType: 'streaming-services',
      api: {
        specification: 'asyncapi',
        version: '2.5.0',
        definition: { mediaType: 'text/json', $href: 'placed-api.json' },
        externalDocs: { description: 'The specification', mediaType: 'text/html', $href: 'https://www.asyncapi.com' },
      },
      deprecationPolicy: { description: 'Three months', 'x-deprecation-period': '3M' },
    },
    contracts: { termsAndConditions: { description: 'None', externalDocs: { $href: '' } } },
  },
  'ports/placed-api.json': {
    asyncapi: '2.5.0',
    info: { title: 'Orders', version: '1.4.0' },
    channels: { placed: { subscribe: { message: { schemaFormat: 'application/vnd.apache.avro', payload: { $ref: 'placed.avsc' } } } } },
  },
  'ports/placed.avsc': { type: 'record', name: 'Placed', fields: [] },
  'apps/writer.json': {
    fullyQualifiedName: `${FQN}:applications:writer`,
    version: '1.0.0',
    deployInfo: {
      service: { description: 'SQL', mediaType: 'application', $href: 'stream-sql' },
      template: { mediaType: 'text/sql', $href: '../sql' },
    },
  },
  'infra/store.json': {
    fullyQualifiedName: `${FQN}:infrastructure:store`,
    version: '1.0.1',
    provisionInfo: {
      service: 'terraform',
      template: { mediaType: 'text/terraformfile', $href: '../terraform' },
      configurations: { TF_VAR_api_key: 'ABC' },
    },
  },
  'sql/a.sql': 'SELECT 1;',
  'terraform/main.tf': '',
};

describe('a descriptor in the older dialect', () => {
  const { product, findings, normalisations } = readDescriptor(bundle(older));

  it('is valid, with a warning for each older form', () => {
    expect(findings.filter(isError)).toEqual([]);
    expect([...new Set(normalisations.map(({ rule }) => rule))].sort()).toEqual([
      'R101',
      'T1',
      'T10',
      'T11',
      'T12',
      'T13',
      'T2',
      'T3',
      'T4',
      'T5',
      'T6',
      'T7',
      'T8',
      'T9',
    ]);
    expect(findings.every(({ file, line }) => file !== undefined && line !== undefined)).toBe(true);
  });

  it('becomes the canonical tree', () => {
    const [port] = product?.interfaceComponents.outputPorts ?? [];
    expect(product?.info.fullyQualifiedName).toBe(`${FQN}:1`);
    expect(port).toMatchObject({
      fullyQualifiedName: `${FQN}:1:outputports:placed`,
      description: 'Orders as they come',
      promises: { servicesType: 'streaming-services', api: { name: 'placedApi', version: '1.4.0', specificationVersion: '2.5.0' } },
      obligations: { termsAndConditions: { specification: 'custom' } },
    });
    expect(port && channelsOf(port)).toEqual([
      {
        topic: 'placed',
        messages: [{ name: 'Placed', valueSchema: { format: 'avro', inline: { type: 'record', name: 'Placed', fields: [] } } }],
      },
    ]);
    expect(product && tasksOf(product, 'prod').map(({ id, service, template }) => [id, service, template?.path])).toEqual([
      ['infrastructure:store:provision', 'terraform', 'terraform'],
      ['application:writer:deploy', 'stream-sql', 'sql'],
    ]);
  });
});

describe('parts that lie elsewhere (T14)', () => {
  const URL_OF = 'https://raw.example.com/specs/main/ports/placed.json';
  const port = { ...(minimal().interfaceComponents.outputPorts[0] as object), description: 'from afar', 'x-api': 1 };
  /** The root refers to a port by its URL; that port to its API by a path next to it. */
  async function read(mapped?: { [prefix: string]: string }) {
    const folder = await mkdtemp(join(tmpdir(), 'mapped-'));
    try {
      const root = minimal();
      root.interfaceComponents.outputPorts = [{ $ref: URL_OF }];
      const { promises } = minimal().interfaceComponents.outputPorts[0] as { promises: { api: { definition: unknown } } };
      const { definition } = promises.api;
      promises.api.definition = { $ref: '../apis/placed.json' };
      await writeFile(join(folder, 'data-product-descriptor.json'), JSON.stringify(root));
      for (const [path, content] of [
        ['copy/ports/placed.json', { ...port, promises }],
        ['copy/apis/placed.json', definition],
      ] as const) {
        await mkdir(join(folder, path, '..'), { recursive: true });
        await writeFile(join(folder, path), JSON.stringify(content));
      }
      const packed = await packBundle(folder, undefined, mapped && { mapped });
      return readDescriptor(openBundle(packed.bytes));
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it('are read from the folder that their prefix is mapped to, and what they refer to relatively as well', async () => {
    const { product, findings, positions } = await read({ 'https://raw.example.com/specs/main/': 'copy' });
    expect(findings).toEqual([]);
    expect(product?.interfaceComponents.outputPorts[0]).toMatchObject({
      description: 'from afar',
      promises: { api: { definition: { asyncapi: '2.5.0' } } },
    });
    expect(positions.get('/interfaceComponents/outputPorts/0')?.file).toBe('copy/ports/placed.json');
  });

  it.each([
    ['nothing is mapped', undefined],
    ['another prefix is', { 'https://raw.example.com/other/': 'copy' }],
  ])('are refused with what to do when %s', async (_what, mapped) => {
    expect((await read(mapped)).findings).toEqual([
      expect.objectContaining({
        rule: 'R113',
        severity: 'error',
        pointer: '/interfaceComponents/outputPorts/0/$ref',
        hint: expect.stringContaining('--map'),
      }),
    ]);
  });
});

/** Articles print pieces of a descriptor: a piece is no descriptor, and says what it lacks; the whole made of the pieces is one. */
describe('pieces as articles print them (T15)', () => {
  const { info, interfaceComponents, internalComponents } = minimal();
  const piece = (value: object): string => JSON.stringify(value, null, 2).slice(1, -1);
  const errors = (files: { [path: string]: unknown }) =>
    readDescriptor(bundle(files))
      .findings.filter(isError)
      .map(({ rule }) => rule);

  it('without its braces is no JSON', () => expect(errors({ 'data-product-descriptor.json': piece({ info }) })).toEqual(['R1']));

  it('as YAML, without the rest, says what is missing', () => {
    expect(errors({ 'data-product-descriptor.yaml': stringify({ info }) })).toEqual(['R19', 'R20']);
  });

  it('an API without its channels says so', () => {
    const ports = structuredClone(interfaceComponents);
    const [output] = ports.outputPorts as [{ promises: { api: { definition: { channels?: object } } } }];
    delete output.promises.api.definition.channels;
    expect(
      errors({ 'data-product-descriptor.json': { dataProductDescriptor: '1.0.0', info, interfaceComponents: ports, internalComponents } }),
    ).toEqual(['R71a']);
  });

  it('put together, they are a descriptor', () => {
    const pieces = [{ dataProductDescriptor: '1.0.0' }, { info }, { interfaceComponents }, { internalComponents }].map(piece);
    expect(readDescriptor(bundle({ 'data-product-descriptor.json': `{${pieces.join(',')}}` })).findings).toEqual([]);
  });
});
