import { describe, expect, it } from '@jest/globals';
import { compareDescriptors, type Product } from '../../../../descriptors/index.js';
import { product } from '../example.js';
import { message, output } from './cases/case.js';

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
      ['C32', 'outputPorts/tripPosition'],
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

describe('before and after', () => {
  const seen = (before: string, after: string, name = 'description') => {
    const [old, next] = [product(), product()];
    Object.assign(output(old), { [name]: before });
    Object.assign(output(next), { [name]: after });
    return compareDescriptors(old, next).findings.find(({ rule }) => rule === 'C11');
  };

  it('show a long text where it differs', () => {
    const words = 'The same words over and over again. '.repeat(5);
    const found = seen(`${words}Old end.`, `${words}New end.`);
    expect(found?.before).toMatch(/^….{60,}Old end\.$/);
    expect(found?.after).toMatch(/New end\.$/);
    expect(found?.after?.length).toBeLessThanOrEqual(80);
  });

  it('show nothing that may be a secret, by its shape or by its name', () => {
    const secret = `AKIA${'IOSFODNN7'}${'EXAMPLE'}`;
    expect(seen(secret, 'words')).toMatchObject({ before: '(not shown: it may hold a secret)', after: 'words' });
    const named = seen('hunter2', 'hunter3', 'x-password');
    expect(named?.message).toBe('x-password changed');
    expect(named).not.toHaveProperty('before');
  });

  it('say nothing where nothing differs', () => {
    const [old, next] = [product(), product()];
    output(next).description = 'Other words';
    const found = compareDescriptors(old, next).findings.find(({ rule }) => rule === 'C4');
    expect(found).toMatchObject({ message: `the port changed, its version ${output(old).version} did not` });
    expect(found).not.toHaveProperty('after');
  });

  it('show the field that is gone or new', () => {
    const [old, next] = [product(), product()];
    message(output(next)).payload.fields.pop();
    const found = compareDescriptors(old, next).findings.find(({ rule }) => rule === 'C36' || rule === 'C37');
    expect(found?.before).toMatch(/^\{"name":"/);
  });
});
