import { describe, expect, it } from '@jest/globals';
import { idOf, legacyComponent, legacyProduct, namesOf } from '../../../../descriptors/identify/index.js';
import { javaId } from '../../../../descriptors/identify/java-id.js';
import { readDescriptor, type Product } from '../../../../descriptors/index.js';
import { bundle, minimal } from '../example.js';

const LINE = 'urn:dpds:com.company:dataproducts:orders';
const FQN = `${LINE}:1`;

describe('older names', () => {
  it.each([
    [`${LINE}:1.2.3`, FQN],
    ['urn:dpds:com.company:sales:dataproducts:orders:1', FQN],
    ['urn:dpds:com.company:sales:dataproducts:orders', FQN],
    ['urn:com.company:dataproducts:orders', FQN],
    ['urn:com.company:dataproducts:orders:1.2.3', FQN],
    // Whether its major version is the right one is judged afterwards (R42).
    [`${LINE}:2.0.0`, `${LINE}:2`],
  ])('of a product: %s', (written, canonical) => {
    expect(legacyProduct(written, 'orders', '1.2.3')).toBe(canonical);
  });

  it.each([FQN, LINE, `${LINE}:2`, 'urn:dpds:com.company:dataproducts:other:1.2.3', 'orders', ''])(
    'of a product: %s is none of them',
    (written) => expect(legacyProduct(written, 'orders', '1.2.3')).toBeUndefined(),
  );

  it.each([
    ['T3', `${LINE}:outputports:placed`],
    ['R43', `${FQN}:outputPorts:placed`],
    ['R43', `${FQN}:outputportss:placed`],
    ['R43', `${LINE}:1.2.3:outputports:placed:1.0.0`],
    ['R43', 'urn:com.company:dataproducts:orders:1.2.3:outputPorts:placed:1.0.0'],
    ['R43', 'urn:dpds:com.company:sales:dataproducts:orders:1:outputports:placed'],
  ])('of a component: %s %s', (rule, written) => {
    expect(legacyComponent(written, FQN, 'outputPorts', 'placed')?.rule).toBe(rule);
  });

  it('of the ports that the specification itself mistakes for input ports (R40)', () => {
    for (const list of ['discoveryPorts', 'observabilityPorts', 'controlPorts'] as const)
      expect(legacyComponent(`${FQN}:inputports:placed`, FQN, list, 'placed')?.rule).toBe('R40');
  });

  it.each([
    `${FQN}:outputports:other`,
    `${LINE}:2:outputports:placed`,
    `${FQN}:applications:placed`,
    `${FQN}:inputports:placed`,
    'urn:dpds:com.other:dataproducts:orders:1:outputports:placed',
    'placed',
    '',
  ])('of a component: %s is none of them', (written) => {
    expect(legacyComponent(written, FQN, 'outputPorts', 'placed')).toBeUndefined();
  });
});

describe('looking a product up', () => {
  const read = (change: (root: ReturnType<typeof minimal>) => void) => {
    const root = minimal();
    change(root);
    return readDescriptor(bundle({ 'data-product-descriptor.json': root }));
  };

  it('finds it by the names and ids of today and of older times', () => {
    const { product, normalisations } = read((root) => (root.info.fullyQualifiedName = 'urn:com.company:dataproducts:orders'));
    const { find, conflicts } = namesOf(product as Product, normalisations);
    const known = { fqn: FQN, id: idOf(FQN) };
    for (const name of [FQN, LINE, 'urn:com.company:dataproducts:orders', idOf(FQN), idOf(LINE), javaId(FQN), javaId(FQN).toUpperCase()])
      expect([name, find(name)]).toEqual([name, known]);
    expect(find(`${LINE}:outputports:placed`)).toEqual({ fqn: `${FQN}:outputports:placed`, id: idOf(`${FQN}:outputports:placed`) });
    expect(find('urn:dpds:com.company:dataproducts:other')).toBeUndefined();
    expect(conflicts).toEqual([]);
  });

  it('tells names that mean two components, and finds neither by them', () => {
    const { product } = read(() => undefined);
    const { find, conflicts } = namesOf(product as Product, [
      { rule: 'R40', pointer: '/interfaceComponents/outputPorts/0/fullyQualifiedName', message: '', alias: 'urn:old' },
      { rule: 'R43', pointer: '/internalComponents/applicationComponents/0/fullyQualifiedName', message: '', alias: 'urn:old' },
    ]);
    expect(find('urn:old')).toBeUndefined();
    expect(conflicts).toContainEqual({ alias: 'urn:old', fqns: [`${FQN}:outputports:placed`, `${FQN}:applications:writer`] });
  });

  it('makes the ids of Java as Java does', () => {
    // nameUUIDFromBytes("hello".getBytes(UTF_8))
    expect(javaId('hello')).toBe('5d41402a-bc4b-3a76-b971-9d911017c592');
  });

  it('makes a name that is not written from those of the components (R29), or with a namespace', () => {
    const without = (root: ReturnType<typeof minimal>) => delete (root.info as { fullyQualifiedName?: string }).fullyQualifiedName;
    const found = read((root) => {
      without(root);
      Object.assign(root.interfaceComponents.outputPorts[0] as object, { fullyQualifiedName: `${FQN}:outputports:placed` });
    });
    expect(found.product?.info.fullyQualifiedName).toBe(FQN);
    expect(found.findings.map(({ rule }) => rule)).toEqual(['R29']);
    const root = minimal();
    without(root);
    const named = readDescriptor(bundle({ 'data-product-descriptor.json': root }), { namespace: 'com.company' });
    expect(named.product?.info.fullyQualifiedName).toBe(FQN);
  });
});
