import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { compareDescriptors, memoryCache, readDescriptor, withForeignDocuments } from '../../../descriptors/index.js';
import { hugeDefinitions, manyPorts } from '../../support/large-descriptor.js';
import { bundle } from './example.js';

const SIZE = 5 * 1024 * 1024;

/** What takes the square of the size does not end within a test's time. */
describe('a descriptor of 5 MiB', () => {
  it.each([
    ['many ports', manyPorts(SIZE)],
    ['huge definitions', hugeDefinitions(SIZE)],
  ])('with %s is read as JSON, judged with its documents, and compared', async (_what, descriptor) => {
    const text = JSON.stringify(descriptor, null, 2);
    expect(text.length).toBeGreaterThan(SIZE * 0.9);
    const read = await withForeignDocuments(readDescriptor(bundle({ 'data-product-descriptor.json': text })), memoryCache());
    expect(read.findings).toEqual([]);
    const product = read.product!;
    expect(product.interfaceComponents.outputPorts).toHaveLength(descriptor.interfaceComponents.outputPorts.length);
    expect(compareDescriptors(product, structuredClone(product)).findings).toEqual([]);
    expect(read.parts!().size).toBe(1);
  });

  it('is read as YAML to the same tree', () => {
    const descriptor = manyPorts(SIZE);
    const yaml = readDescriptor(bundle({ 'data-product-descriptor.yaml': stringify(descriptor) }));
    const json = readDescriptor(bundle({ 'data-product-descriptor.json': JSON.stringify(descriptor) }));
    expect(yaml.findings).toEqual([]);
    // As text: the keys stand in one order, and looking for the difference of two large trees takes long.
    expect(JSON.stringify(yaml.product) === JSON.stringify(json.product)).toBe(true);
  });

  it('in which everything is wrong is told in one list', () => {
    const descriptor = manyPorts(SIZE);
    for (const port of descriptor.interfaceComponents.outputPorts as { [key: string]: unknown }[]) {
      delete port['version'];
      port['fullyQualifiedName'] = 'wrong';
      port['unknown'] = 1;
    }
    const { product, findings } = readDescriptor(bundle({ 'data-product-descriptor.json': descriptor }));
    expect(product).toBeUndefined();
    expect(findings).toHaveLength(501);
  });
});
