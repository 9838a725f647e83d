import type { Product } from '../../../../../descriptors/index.js';
import { first, output } from './case.js';

type VersionCase = [rule: string, is: string, what: string, from: string, to: string, change?: (next: Product, old: Product) => void];

const port = (version: string, change?: (tree: Product) => void) => (next: Product) => {
  output(next).version = version;
  change?.(next);
};
const words = (tree: Product): void => void (output(tree).description = 'Other words');
const less = (tree: Product): void => void tree.interfaceComponents.outputPorts.shift();
const more = (tree: Product): void =>
  void tree.interfaceComponents.outputPorts.push({ ...first(tree.interfaceComponents.outputPorts), name: 'more' });

/** Versions and what they say. */
export const versionCases: VersionCase[] = [
  ['C1/any', 'reject none', 'other content under the same version', '1.0.0', '1.0.0', words],
  ['C2/any', 'reject none', 'build metadata', '1.0.0', '1.0.0+build.2'],
  ['C3/product', 'reject none', 'lower', '1.0.0', '0.9.0'],
  ['C3/product', 'reject none', 'a prerelease of the same', '1.0.0', '1.0.0-rc.1'],
  ['C3/port', 'reject none', 'a lower version of a port', '1.0.0', '1.1.0', port('0.9.0')],
  ['C4/same', 'reject none', 'a port changed, its version did not', '1.0.0', '1.0.1', words],
  [
    'C4/small',
    'reject none',
    'too small a step of a port',
    '1.0.0',
    '2.0.0',
    port('1.0.1', (t) => (output(t).promises!.servicesType = 'other')),
  ],
  ['C5/patch', 'non-breaking patch', 'a port rose for nothing', '1.0.0', '1.0.1', port('1.0.1')],
  ['C5/minor', 'non-breaking minor', 'a port rose for nothing', '1.0.0', '1.1.0', port('1.1.0')],
  ['C5/major', 'non-breaking major', 'a port rose for nothing', '1.0.0', '2.0.0', port('2.0.0')],
  ['C6/product', 'reject none', 'breaks with a minor step', '1.0.0', '1.1.0', less],
  ['C6/product', 'reject none', 'breaks with a patch step before 1.0.0', '0.1.0', '0.1.1', less],
  ['C6/port', 'non-breaking major', 'a port takes a major step', '1.0.0', '2.0.0', port('2.0.0', words)],
  ['C7/product', 'reject none', 'adds with a patch step', '1.0.0', '1.0.1', more],
  ['C7/port', 'non-breaking minor', 'a port takes a minor step', '1.0.0', '1.1.0', port('1.1.0', words)],
  ['C68/any', 'non-breaking none', 'a new major version', '1.4.0', '2.0.0'],
];
