import { describe, expect, it } from '@jest/globals';
import { compareDescriptors, type Component, type Port, type Product } from '../../../../descriptors/index.js';
import { product } from '../example.js';

interface AvroField {
  name: string;
  type: unknown;
  default?: unknown;
  doc?: string;
}
interface Api {
  info: { title: string };
  channels: { [name: string]: { bindings: { kafka: { partitions: number; topicConfiguration: { [key: string]: string[] } } } } };
  components: {
    messages: {
      [name: string]: {
        schemaFormat: string;
        payload: { name: string; doc: string; fields: AvroField[] };
        bindings: { kafka: { key: object } };
      };
    };
  };
}

const first = <T>(items: T[]): T => items[0] as T;
const output = (tree: Product): Port => first(tree.interfaceComponents.outputPorts);
const input = (tree: Product): Port => first(tree.interfaceComponents.inputPorts);
const app = (tree: Product): Component => first(tree.internalComponents.applicationComponents);
const api = (port: Port): Api => port.promises?.api?.definition as unknown as Api;
const message = (port: Port) => first(Object.values(api(port).components.messages));
const fields = (port: Port): AvroField[] => message(port).payload.fields;
const kafka = (port: Port) => first(Object.values(api(port).channels)).bindings.kafka;

/** The example's next version: the change made, and the versions raised as told ('' = the ports keep theirs). */
function changed(change: (tree: Product) => void, version = '2.0.0', port = '2.0.0'): Product {
  const tree = product();
  change(tree);
  tree.info.version = version;
  if (version.startsWith('2.')) tree.info.fullyQualifiedName = tree.info.fullyQualifiedName.replace(/:1$/, ':2');
  const ports = [...tree.interfaceComponents.outputPorts.slice(0, 1), ...tree.interfaceComponents.inputPorts];
  if (port !== '') for (const each of ports) each.version = port;
  return tree;
}

describe('the example', () => {
  it('goes from 1.0.0 to 1.1.0 by a minor step that hurts nobody', () => {
    const result = compareDescriptors(product('1.0.0'), product('1.1.0'));
    expect(result).toMatchObject({ verdict: 'non-breaking', declaredBump: 'minor', requiredBump: 'minor' });
    expect(result.findings.map(({ rule, part }) => [rule, part])).toEqual([
      ['C34', 'outputPorts/tripPosition'],
      ['C76', 'applicationComponents/tripProcessing'],
    ]);
  });

  it('backwards is no registration', () => {
    expect(compareDescriptors(product('1.1.0'), product('1.0.0'))).toMatchObject({ verdict: 'reject' });
  });

  it('does not differ from itself', () => {
    expect(compareDescriptors(product(), product())).toEqual({
      verdict: 'non-breaking',
      declaredBump: 'none',
      requiredBump: 'none',
      findings: [],
    });
  });

  it('does not depend on the order of ports or keys', () => {
    const tree = product();
    tree.interfaceComponents.outputPorts.reverse();
    tree.info = Object.fromEntries(Object.entries(tree.info).reverse()) as unknown as Product['info'];
    expect(compareDescriptors(product(), tree).findings).toEqual([]);
  });
});

describe('changes', () => {
  const table: [rule: string, verdictClass: string, bump: string, what: string, change: (tree: Product) => void][] = [
    ['C8', 'reject', 'none', 'another product', (t) => (t.info.fullyQualifiedName = 'urn:dpds:com.company-xyz:dataproducts:other:1')],
    ['C9', 'needs-approval', 'minor', 'domain', (t) => (t.info.domain = 'Sales')],
    ['C10', 'needs-approval', 'patch', 'owner', (t) => (t.info.owner.id = 'sales@company-xyz.com')],
    ['C11', 'non-breaking', 'patch', 'description', (t) => (t.info.description = 'Other words')],
    ['C11', 'non-breaking', 'patch', 'description of a port', (t) => (output(t).description = 'Other words')],
    ['C13', 'breaking', 'major', 'output port removed', (t) => t.interfaceComponents.outputPorts.shift()],
    ['C15', 'non-breaking', 'minor', 'output port added', (t) => t.interfaceComponents.outputPorts.push({ ...output(t), name: 'another' })],
    ['C16', 'needs-approval', 'minor', 'input port added', (t) => t.interfaceComponents.inputPorts.push({ ...input(t), name: 'another' })],
    ['C16', 'needs-approval', 'minor', 'input port removed', (t) => t.interfaceComponents.inputPorts.shift()],
    ['C19', 'breaking', 'major', 'servicesType', (t) => (output(t).promises!.servicesType = 'rest-services')],
    ['C19', 'breaking', 'major', 'language of the API', (t) => (output(t).promises!.api!.specification = 'openapi')],
    ['C21', 'needs-approval', 'minor', 'platform', (t) => (output(t).promises!.platform = 'aws:eu-south-1')],
    [
      'C22',
      'breaking',
      'major',
      'channel renamed',
      (t) => (api(output(t)).channels = { other: first(Object.values(api(output(t)).channels)) }),
    ],
    [
      'C23',
      'non-breaking',
      'minor',
      'channel added',
      (t) => (api(output(t)).channels['other'] = first(Object.values(api(output(t)).channels))),
    ],
    ['C28', 'breaking', 'major', 'format', (t) => (message(output(t)).schemaFormat = 'application/schema+json;version=draft-07')],
    ['C29', 'breaking', 'major', 'key', (t) => (message(output(t)).bindings.kafka.key = { type: 'record', name: 'Key', fields: [] })],
    ['C32', 'non-breaking', 'patch', 'title of the API', (t) => (api(output(t)).info.title = 'Other words')],
    [
      'C34',
      'non-breaking',
      'minor',
      'optional field on output',
      (t) => fields(output(t)).push({ name: 'note', type: ['null', 'string'], default: null }),
    ],
    [
      'C34',
      'non-breaking',
      'minor',
      'optional field on input',
      (t) => fields(input(t)).push({ name: 'note', type: ['null', 'string'], default: null }),
    ],
    ['C35', 'needs-approval', 'minor', 'required field on output', (t) => fields(output(t)).push({ name: 'note', type: 'string' })],
    ['C35', 'breaking', 'major', 'required field on input', (t) => fields(input(t)).push({ name: 'note', type: 'string' })],
    ['C37', 'breaking', 'major', 'field removed on output', (t) => fields(output(t)).pop()],
    ['C36', 'non-breaking', 'minor', 'field with default removed on input', (t) => fields(input(t)).splice(2, 1)],
    ['C37', 'non-breaking', 'minor', 'field removed on input', (t) => fields(input(t)).pop()],
    ['C39', 'breaking', 'major', 'widened on output', (t) => (fields(output(t))[1]!.type = ['null', 'string'])],
    ['C39', 'breaking', 'major', 'changed type', (t) => (fields(output(t))[1]!.type = 'int')],
    [
      'C40',
      'needs-approval',
      'minor',
      'widened on input, so that old readers fail',
      (t) => (fields(input(t))[1]!.type = ['null', 'string']),
    ],
    ['C45', 'breaking', 'major', 'record renamed', (t) => (message(output(t)).payload.name = 'Other')],
    ['C48', 'non-breaking', 'patch', 'documentation of a schema', (t) => (message(output(t)).payload.doc = 'Other words')],
    [
      'C55',
      'needs-approval',
      'minor',
      'service level',
      (t) => (output(t).promises!.slo!.definition = { 'x-qualitySlo': { freshness: '5m' } }),
    ],
    ['C56', 'breaking', 'major', 'obligations', (t) => (output(t).obligations = { billingPolicy: output(t).promises!.slo! })],
    ['C58', 'needs-approval', 'minor', 'audience', (t) => delete output(t).expectations],
    ['C65', 'needs-approval', 'minor', 'deprecation policy', (t) => delete output(t).promises!.deprecationPolicy],
    ['C69', 'breaking', 'major', 'fewer partitions', (t) => (kafka(output(t)).partitions = 1)],
    ['C70', 'needs-approval', 'minor', 'more partitions', (t) => (kafka(output(t)).partitions = 6)],
    ['C73', 'breaking', 'major', 'clean-up policy', (t) => (kafka(output(t)).topicConfiguration = { 'cleanup.policy': ['delete'] })],
    ['C76', 'non-breaking', 'patch', 'application changed', (t) => (app(t).version = '1.0.1')],
    ['C76', 'non-breaking', 'patch', 'application removed', (t) => t.internalComponents.applicationComponents.pop()],
    ['C79', 'non-breaking', 'patch', 'stage added', (t) => (t.internalComponents.lifecycleInfo = { retired: [] })],
  ];

  it.each(table)('%s: %s, %s: %s', (rule, verdictClass, bump, _what, change) => {
    const { findings } = compareDescriptors(product(), changed(change));
    expect(findings).toContainEqual(expect.objectContaining({ rule, class: verdictClass, bump }));
  });
});

describe('versions', () => {
  const rename = (tree: Product): void => void (message(output(tree)).payload.name = 'Other');
  const describe_ = (tree: Product): void => void (output(tree).description = 'Other words');

  it('lets a breaking change through as a new major version, and says that it breaks', () => {
    expect(compareDescriptors(product(), changed(rename))).toMatchObject({
      verdict: 'breaking',
      declaredBump: 'major',
      requiredBump: 'major',
    });
  });

  it('rejects a breaking change declared as a minor one', () => {
    const result = compareDescriptors(product(), changed(rename, '1.1.0', '2.0.0'));
    expect(result).toMatchObject({ verdict: 'reject', declaredBump: 'minor', requiredBump: 'major' });
    expect(result.findings).toContainEqual(expect.objectContaining({ rule: 'C6', class: 'reject' }));
  });

  it('rejects other content under the same version', () => {
    expect(compareDescriptors(product(), changed(describe_, '1.0.0', '')).findings).toContainEqual(
      expect.objectContaining({ rule: 'C1', class: 'reject' }),
    );
  });

  it.each(['1.0.0+build.2', '0.9.0', '1.0.0-rc.1'])('rejects %s after 1.0.0', (version) => {
    expect(
      compareDescriptors(
        product(),
        changed(() => {}, version, ''),
      ).findings,
    ).toContainEqual(expect.objectContaining({ rule: 'C3', class: 'reject' }));
  });

  it('rejects a port that changed under its old version', () => {
    expect(compareDescriptors(product(), changed(describe_, '1.0.1', '')).findings).toContainEqual(
      expect.objectContaining({ rule: 'C4', class: 'reject' }),
    );
  });

  it("rejects a step of a port's version that is too small", () => {
    expect(compareDescriptors(product(), changed(rename, '2.0.0', '1.0.1')).findings).toContainEqual(
      expect.objectContaining({ rule: 'C4', class: 'reject' }),
    );
  });

  it('tells a port whose version rose for nothing', () => {
    expect(
      compareDescriptors(
        product(),
        changed(() => {}, '1.1.0', '1.1.0'),
      ).findings,
    ).toContainEqual(expect.objectContaining({ rule: 'C5' }));
  });

  it("obliges the product by a port's minor step", () => {
    expect(compareDescriptors(product(), changed(describe_, '1.0.1', '1.1.0'))).toMatchObject({ verdict: 'reject', requiredBump: 'minor' });
  });

  it('lets a version before 1.0.0 break with a minor step', () => {
    const young = (version: string, change: (tree: Product) => void): Product => {
      const tree = changed(change, version, version);
      tree.info.fullyQualifiedName = tree.info.fullyQualifiedName.replace(/:1$/, ':0');
      return tree;
    };
    expect(
      compareDescriptors(
        young('0.1.0', () => {}),
        young('0.2.0', rename),
      ),
    ).toMatchObject({ verdict: 'breaking', requiredBump: 'minor' });
  });
});
