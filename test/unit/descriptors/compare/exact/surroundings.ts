import { documentOf, output, port, type Exact } from './tree.js';

export const surroundings: Exact[] = [
  ['nothing', [], () => {}],
  ['words are named, with what stood there', ['C11/any /info/description'], (tree) => (tree.info.description = 'Words')],
  ['several words of one place', ['C11/any /info'], (tree) => Object.assign(tree.info, { description: 'a', displayName: 'b' })],
  ['the name of the owner', ['C11/any /info/owner/name'], (tree) => (tree.info.owner.name = 'Other')],
  ['an extension around the ports', ['C11/any /interfaceComponents/x-a'], (tree) => (tree.interfaceComponents['x-a'] = 1)],
  ['an extension around the components', ['C11/any /internalComponents/x-a'], (tree) => (tree.internalComponents['x-a'] = 1)],
  ['words of a port', ['C11/any output/description'], (tree) => (output(tree).description = 'Other words')],
  ['an extension in the promises', ['C11/any output/promises/x-a'], (tree) => (output(tree).promises['x-a'] = 1)],
  [
    'servicesType stated for the first time',
    ['C11/any output/promises/servicesType'],
    (tree) => (output(tree).promises.servicesType = 'streaming-services'),
    (tree) => delete output(tree).promises.servicesType,
  ],
  [
    'platform stated for the first time',
    ['C11/any output/promises/platform'],
    (tree) => (output(tree).promises.platform = 'aws'),
    (tree) => delete output(tree).promises.platform,
  ],
  ['servicesType not stated any more', ['C19/any output/promises/servicesType'], (tree) => delete output(tree).promises.servicesType],
  [
    'the day of deprecation moves back',
    ['C65/any output'],
    (tree) => (output(tree)['x-deprecated'] = '2025-01-01'),
    (tree) => (output(tree)['x-deprecated'] = '2026-01-01'),
  ],
  [
    'the day of deprecation moves on',
    ['C66/any output'],
    (tree) => (output(tree)['x-deprecated'] = '2026-02-01'),
    (tree) => (output(tree)['x-deprecated'] = '2026-01-01'),
  ],
  // A port that is gone is told once, whatever it held.
  [
    'a port is removed',
    ['C13/any /interfaceComponents/observabilityPorts/0'],
    (tree) => (tree.interfaceComponents.observabilityPorts = []),
  ],
  [
    'a port moves to another kind and changes there',
    ['C17/any /interfaceComponents/discoveryPorts/0'],
    ({ interfaceComponents }) => {
      interfaceComponents.discoveryPorts = interfaceComponents.observabilityPorts.splice(0);
      interfaceComponents.discoveryPorts[0].description = 'Other words';
    },
  ],
  [
    'a port is removed with who provides to it',
    ['C13/any output', 'C76/any /internalComponents/applicationComponents/0'],
    (tree) => {
      tree.interfaceComponents.outputPorts = [];
      tree.internalComponents.applicationComponents = [];
    },
  ],
  ['a port is added', ['C15/any /interfaceComponents/outputPorts/1'], (tree) => tree.interfaceComponents.outputPorts.push(port('more'))],
  [
    'ports in another order',
    [],
    (tree) => tree.interfaceComponents.outputPorts.reverse(),
    (tree) => tree.interfaceComponents.outputPorts.push(port('more')),
  ],
  // A version of a port that becomes final asks nothing of the product.
  [
    'a port becomes final',
    ['C5/patch output/version'],
    (tree) => (output(tree).version = '2.0.0'),
    (tree) => (output(tree).version = '2.0.0-rc.1'),
  ],
  ['the version of the API alone', ['C32/any output/promises/api/version'], (tree) => (output(tree).promises.api.version = '1.0.1')],
  [
    'the version of the API follows its document',
    ['C32/any output:/info'],
    (tree) => {
      output(tree).promises.api.version = '1.0.1';
      documentOf(output(tree)).info.version = '1.0.1';
    },
  ],
  [
    'the version of an application',
    ['C76/any /internalComponents/applicationComponents/0/version'],
    (tree) => (tree.internalComponents.applicationComponents[0].version = '1.1.0'),
  ],
  [
    'another executor, and another template beside it',
    [
      'C79/service /internalComponents/applicationComponents/0/deployInfo/service',
      'C76/any /internalComponents/applicationComponents/0/deployInfo',
    ],
    ({ internalComponents: { applicationComponents } }) =>
      Object.assign(applicationComponents[0].deployInfo, { service: 'flink-sql', template: { definition: 'y' } }),
  ],
];
