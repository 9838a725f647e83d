import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesOf, readDescriptor, type BundleFiles, type Descriptor, type Product } from '../../../descriptors/index.js';

export const EXAMPLE = 'examples/track-and-trace';
export const ROOT = 'data-product-descriptor.json';

const encoder = new TextEncoder();

/** The files of a version of the example, by path. */
export function exampleFiles(version = '1.0.0'): Map<string, Uint8Array> {
  const folder = join(EXAMPLE, version);
  const files = new Map<string, Uint8Array>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      files.set(relative(folder, path), new Uint8Array(readFileSync(path)));
    }
  return files;
}

/** A bundle of texts and values, the first of them the root. */
export function bundle(files: { [path: string]: unknown }): BundleFiles {
  const entries = Object.entries(files).map(([path, content]): [string, Uint8Array] => [
    path,
    encoder.encode(typeof content === 'string' ? content : JSON.stringify(content, null, 2)),
  ]);
  return filesOf(entries[0]?.[0] ?? ROOT, new Map(entries));
}

export const example = (version = '1.0.0'): Descriptor => readDescriptor(filesOf(ROOT, exampleFiles(version)));

/** The canonical tree of a version of the example, to be changed at will. */
export function product(version = '1.0.0'): Product {
  const found = example(version).product;
  if (!found) throw new Error('the example is not valid');
  return structuredClone(found);
}

/** A small valid descriptor as one object, to be changed at will. */
export const minimal = () => ({
  dataProductDescriptor: '1.0.0',
  info: {
    name: 'orders',
    fullyQualifiedName: 'urn:dpds:com.company:dataproducts:orders:1',
    version: '1.2.3',
    domain: 'Sales',
    owner: { id: 'sales@company-xyz.com' },
  },
  interfaceComponents: {
    inputPorts: [] as unknown[],
    outputPorts: [
      {
        name: 'placed',
        version: '1.0.0',
        promises: {
          servicesType: 'streaming-services',
          api: {
            name: 'placedApi',
            version: '1.0.0',
            specification: 'asyncapi',
            specificationVersion: '2.5.0',
            definition: {
              asyncapi: '2.5.0',
              info: { title: 'Orders', version: '1.0.0' },
              channels: { placed: { subscribe: { message: {} } } },
            },
          },
          deprecationPolicy: { name: 'policy', version: '1.0.0', specification: 'custom', definition: { 'x-deprecation-period': '3M' } },
        },
      },
    ] as unknown[],
  },
  internalComponents: {
    applicationComponents: [
      {
        name: 'writer',
        version: '1.0.0',
        providesTo: ['urn:dpds:com.company:dataproducts:orders:1:outputports:placed'],
        deployInfo: { service: 'sql', template: { definition: 'x' }, configurations: { size: '${env:SIZE}' } },
      },
    ] as unknown[],
    infrastructuralComponents: [
      { name: 'store', version: '1.0.0', provisionInfo: { service: 'terraform', configurations: {} } },
    ] as unknown[],
  },
});
