import { expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { compareDescriptors, readDescriptor, type Product } from '../../../../descriptors/index.js';
import { bundle, ROOT } from '../example.js';
import { definition, output, tree, type Tree } from './exact/tree.js';

function read(files: { [path: string]: unknown }): Product {
  const { product, findings } = readDescriptor(bundle(files));
  if (!product) throw new Error(JSON.stringify(findings.filter(({ severity }) => severity === 'error')));
  return product;
}

/** The tree with everything that older forms spell in another way. */
function full(): Tree {
  const made = tree();
  Object.assign(output(made).promises, {
    slo: definition({ 'x-operationalSlo': { availability: '0.999' } }),
    deprecationPolicy: definition({ 'x-deprecation-period': '3M' }),
  });
  output(made).obligations = { sla: definition({ 'x-operationalSla': { availability: '0.99' } }) };
  return made;
}

const reversed = (value: Tree): Tree =>
  Array.isArray(value)
    ? value.map(reversed)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, inner]) => [key, reversed(inner)]),
        )
      : value;

/** Ports, their documents and the payload in files of their own, under whatever names. */
function split(folder: string): { [path: string]: unknown } {
  const made = full();
  const port = output(made);
  const document = port.promises.api.definition;
  const payload = document.channels.orders.subscribe.message.payload;
  document.channels.orders.subscribe.message.payload = { $ref: `order.avsc` };
  port.promises.api.definition = { $ref: `${folder}/api.yaml` };
  made.interfaceComponents.outputPorts = [{ $ref: `${folder}.json` }];
  return { [ROOT]: made, [`${folder}.json`]: port, [`${folder}/api.yaml`]: stringify(document), [`${folder}/order.avsc`]: payload };
}

/** The grammar of 2022 and 2023: other names for the same things. */
function older(): Tree {
  const made = full();
  for (const list of Object.values(made.interfaceComponents) as Tree[][])
    for (const port of list) {
      const { servicesType, ...promises } = port.promises;
      const { obligations, ...rest } = port;
      const renamed = { ...rest, promises: { ...promises, serviceType: servicesType }, contracts: obligations };
      for (const key of Object.keys(port)) delete port[key];
      Object.assign(port, renamed);
    }
  return made;
}

it.each<[string, () => Product]>([
  ['YAML', () => read({ 'data-product-descriptor.yaml': stringify(full()) })],
  ['other keys first', () => read({ [ROOT]: reversed(full()) })],
  ['split into files', () => read(split('ports'))],
  ['split into files of other names', () => read(split('other'))],
  ['the older grammar', () => read({ [ROOT]: older() })],
  [
    'parts in components',
    () => {
      const made = full();
      made.components = { outputPorts: { orders: output(made) } };
      made.interfaceComponents.outputPorts = [{ $ref: '#/components/outputPorts/orders' }];
      return read({ [ROOT]: made });
    },
  ],
])('the same descriptor in another spelling has no changes: %s', (_what, other) => {
  const none = { verdict: 'non-breaking', declaredBump: 'none', requiredBump: 'none', findings: [] };
  expect(compareDescriptors(read({ [ROOT]: full() }), other())).toEqual(none);
  expect(compareDescriptors(other(), read({ [ROOT]: full() }))).toEqual(none);
});
