import { describe, expect, it } from '@jest/globals';
import { readDescriptor, type Finding } from '../../../../descriptors/index.js';
import { readingRules } from '../../../../descriptors/validate/index.js';
import { bundle, minimal } from '../example.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- descriptors are made wrong here on purpose */
type Root = any;
type Files = { [path: string]: unknown };

const FQN = 'urn:dpds:com.company:dataproducts:orders';
const ROOT = 'data-product-descriptor.json';
const port = (root: Root): Root => root.interfaceComponents.outputPorts[0];
const app = (root: Root): Root => root.internalComponents.applicationComponents[0];
const with_ =
  (change: (root: Root) => unknown, more: Files = {}) =>
  (): Files => {
    const root = minimal();
    change(root);
    return { [ROOT]: root, ...more };
  };
const part = () => minimal().interfaceComponents.outputPorts[0] as object;
const referring = (reference: object, more: Files = { 'p.json': part() }) =>
  with_((root) => (root.interfaceComponents.outputPorts = [reference]), more);
const parts = (components: unknown, change: (root: Root) => unknown = () => undefined) =>
  with_((root) => {
    root.components = components;
    change(root);
  });
const text = (file: string, content: string) => (): Files => ({ [file]: content });

const cases: [rule: string, severity: Finding['severity'], files: () => Files][] = [
  ['R1', 'error', text(ROOT, '[]')],
  ['R3', 'error', text(ROOT, '{"a": 1, "a": 2}')],
  ['R4', 'warning', () => ({ 'data-product-descriptor.yaml': `%YAML 1.1\n---\n${JSON.stringify(minimal())}\n` })],
  ['R5', 'error', text('data-product-descriptor.yaml', 'a: !!set {b}\n')],
  ['R6', 'error', text('data-product-descriptor.yaml', 'true: 1\n')],
  ['R7', 'info', () => ({ 'orders.json': minimal() })],
  [
    'R40',
    'warning',
    with_(
      (r) => (r.interfaceComponents.controlPorts = [{ name: 'stop', version: '1.0.0', fullyQualifiedName: `${FQN}:1:inputports:stop` }]),
    ),
  ],
  ['R99', 'error', referring({ $ref: 3 })],
  ['R101', 'warning', with_((r) => (app(r).deployInfo.service = { $href: 'sql', mediaType: 'application' }))],
  ['R104', 'error', referring({ $ref: 'list.json#/length' }, { 'list.json': [{}] })],
  ['R106', 'error', referring({ $ref: 'list.json' }, { 'list.json': ['x'] })],
  ['R43', 'warning', with_((r) => (r.info.fullyQualifiedName = `${FQN}:1.2.3`))],
  ['R57', 'warning', referring({ $ref: 'p.json', name: 'other', version: '9.9.9' })],
  ['R96', 'warning', parts({ outputPort: {} })],
  ['R96', 'error', parts({ outputPorts: [] })],
  ['R96', 'error', parts({ outputPorts: { a: 1 } })],
  ['R97', 'error', parts({ outputPorts: { 'a b': {} } })],
  ['R98', 'warning', parts({ outputPorts: { a: {} } })],
  ['R99', 'error', referring({ $ref: 'none.json' })],
  ['R101', 'warning', referring({ $ref: 'p.json', mediaType: 'application' })],
  ['R101', 'warning', referring({ $ref: 'p.json', mediaType: 1 })],
  ['R102', 'warning', referring({ $ref: 'p.json', name: 'x' })],
  ['R104', 'error', referring({ $ref: 'p.json#/none' })],
  ['R105', 'warning', referring({ $ref: 'p.json#x' }, { 'p.json': { x: part() } })],
  ['R106', 'error', referring({ $ref: 'p.json' }, { 'p.json': minimal() })],
  [
    'R106',
    'error',
    parts(
      { applicationComponents: { a: { name: 'ab', version: '1.0.0' } } },
      (r) => (r.interfaceComponents.inputPorts = [{ $ref: '#/components/applicationComponents/a' }]),
    ),
  ],
  // Parts of another kind, as their contents show.
  ['R106', 'error', referring({ $ref: 'p.json' }, { 'p.json': { name: 'ab', version: '1.0.0', deployInfo: { service: 'sql' } } })],
  ['R106', 'error', referring({ $ref: 'p.json' }, { 'p.json': { ...part(), entityType: 'inputport' } })],
  ['R106', 'error', with_((r) => (port(r).promises.api = { $ref: 'p.json' }), { 'p.json': part() })],
  [
    'R106',
    'error',
    with_((r) => (port(r).promises.api = { $ref: 'p.json' }), { 'p.json': { name: 'ab', version: '1.0.0', dependsOn: [] } }),
  ],
  [
    'R106',
    'error',
    with_((r) => (port(r).promises.api = { $ref: 'api.json' }), {
      'api.json': { asyncapi: '2.5.0', info: { title: 'a', version: '1' }, channels: {} },
    }),
  ],
  ['R106', 'error', with_((r) => (port(r).promises.api = { $ref: 'a.avsc' }), { 'a.avsc': { type: 'record', name: 'A', fields: [] } })],
  ['R106', 'error', with_((r) => (port(r).promises = { $ref: 'p.json' }), { 'p.json': part() })],
  ['R106', 'error', with_((r) => (r.internalComponents.infrastructuralComponents = [{ $ref: 'p.json' }]), { 'p.json': part() })],
  ['R107', 'error', referring({ $ref: '#' })],
  ['R113', 'error', referring({ $ref: 'https://example.com/p.json' })],
  ['T1', 'warning', with_((r) => (r.info.fullyQualifiedName = FQN))],
  ['T3', 'warning', with_((r) => (port(r).fullyQualifiedName = `${FQN}:outputports:placed`))],
  ['T4', 'warning', with_((r) => Object.assign(app(r), { name: undefined, fullyQualifiedName: `${FQN}:1:applications:writer` }))],
  ['T5', 'warning', with_((r) => Object.assign(port(r).promises, { servicesType: undefined, serviceType: 'streaming-services' }))],
  [
    'T6',
    'warning',
    with_((r) => Object.assign(port(r).promises.api, { name: undefined, specificationVersion: undefined, version: '2.5.0' })),
  ],
  [
    'T7',
    'warning',
    with_((r) => (port(r).promises.api.definition = { $href: 'api.json' }), { 'api.json': { asyncapi: '2.5.0', channels: { a: {} } } }),
  ],
  ['T8', 'warning', with_((r) => (port(r).promises.slo = { 'x-qualitySlo': { freshness: '5m' } }))],
  ['T9', 'warning', with_((r) => (port(r).contracts = {}))],
  ['T10', 'warning', with_((r) => (r.externalDocs = { $href: '' }))],
  ['T11', 'info', with_((r) => (app(r).deployInfo.service = { $href: 'sql' }))],
  [
    'T16',
    'warning',
    with_((r) => (port(r).promises.api.definition.servers = { a: { connectionString: 'broker:9092', protocol: 'kafka' } })),
  ],
  ['T17', 'warning', with_((r) => (port(r).expectatctions = {}))],
  ['T18', 'warning', with_((r) => (r.internalComponents.applicationComponents = app(r)))],
  [
    'T19',
    'warning',
    with_(
      (r) => (r.interfaceComponents.inputPorts = [{ name: 'in', version: '1.0.0', 'x-dependsOn': 'urn:dpds:com.other:dataproducts:a:1' }]),
    ),
  ],
];

/** Kept, and told to nobody. */
const SILENT = ['T12', 'T13', 'T2'];

describe('the rules of reading', () => {
  it.each(cases)('%s (%s)', (rule, severity, files) => {
    const { product, findings } = readDescriptor(bundle(files()));
    expect(findings).toContainEqual(expect.objectContaining({ rule, severity, file: expect.any(String), line: expect.any(Number) }));
    // One finding a defect: nothing else is wrong because of it.
    expect(findings.filter((found) => found.severity !== 'info' && found.rule !== rule)).toEqual([]);
    expect(product === undefined).toBe(severity === 'error');
  });

  it('each have a case here', () => {
    const tested = new Set([...cases.map(([rule]) => rule), ...SILENT]);
    expect(readingRules.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual([]);
  });

  it.each(readingRules.filter(({ strict }) => strict).map(({ id }) => id))('%s is an error in the strict profile', (id) => {
    const files = bundle(cases.find(([rule]) => rule === id)?.[2]() ?? {});
    expect(readDescriptor(files, { profile: 'strict' }).findings).toContainEqual(expect.objectContaining({ rule: id, severity: 'error' }));
  });

  it('record what they do not tell', () => {
    const change = (r: Root): void => {
      app(r).deployInfo.template = { $href: 'sql' };
      r.info.domain = 'Sales and Orders';
    };
    const { findings, normalisations } = readDescriptor(bundle(with_(change, { 'sql/a.sql': '' })()));
    expect(findings.map(({ rule }) => rule)).toEqual(['R27']);
    expect([...new Set(normalisations.map(({ rule }) => rule))].sort()).toEqual(SILENT);
  });

  it('read what is newer than 1.0', () => {
    const { product } = readDescriptor(bundle(cases.find(([rule]) => rule === 'T19')?.[2]() ?? {}));
    expect(product?.interfaceComponents.inputPorts[0]).toMatchObject({ dependsOn: ['urn:dpds:com.other:dataproducts:a:1'] });
  });
});
