import { describe, expect, it } from '@jest/globals';
import { channelsOf, isError, readDescriptor, tasksOf } from '../../../../descriptors/index.js';
import { bundle } from '../example.js';

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
