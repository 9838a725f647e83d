/** A descriptor as its author writes it: to be changed at will, so without types. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Tree = any;

/** One change and everything that is to be said about it, each thing once: `rule/case place`. */
export type Exact = [what: string, expected: string[], change: (tree: Tree) => void, before?: (tree: Tree) => void];

export const definition = (value: unknown, specification = 'custom') => ({
  name: 'definition',
  version: '1.0.0',
  specification,
  specificationVersion: '1.0.0',
  definition: value,
});

const message = () => ({
  name: 'Order',
  contentType: 'application/vnd.apache.avro',
  schemaFormat: 'application/vnd.apache.avro;version=1.9.0',
  payload: { type: 'record', name: 'Order', namespace: 'com.shop', fields: [{ name: 'orderId', type: 'string' }] },
  bindings: { kafka: { key: { type: 'string' }, schemaIdLocation: 'payload' } },
});

const document = () => ({
  asyncapi: '2.5.0',
  info: { title: 'Orders', version: '1.0.0' },
  servers: {
    prod: { url: 'kafka.shop.com:9092', protocol: 'kafka', bindings: { kafka: { schemaRegistryUrl: 'https://registry.shop.com' } } },
  },
  channels: {
    orders: {
      bindings: {
        kafka: {
          topic: 'orders',
          partitions: 6,
          replicas: 3,
          topicConfiguration: { 'cleanup.policy': ['delete'], 'retention.ms': 604800000 },
        },
      },
      subscribe: { operationId: 'readOrders', message: message() },
    },
  },
});

export const api = (value: unknown, specification: string, specificationVersion: string) => ({
  ...definition(value, specification),
  specificationVersion,
});

export const port = (name: string) => ({
  name,
  version: '1.0.0',
  description: 'Orders',
  promises: { platform: 'aws:eu-south-1', servicesType: 'streaming-services', api: api(document(), 'asyncapi', '2.5.0') },
  expectations: {},
  obligations: {},
});

export const tree = (): Tree => ({
  dataProductDescriptor: '1.0.0',
  info: {
    name: 'shop',
    fullyQualifiedName: 'urn:dpds:com.shop:dataproducts:shop:1',
    version: '1.0.0',
    domain: 'Sales',
    owner: { id: 'sales@shop.com', name: 'Sales' },
  },
  interfaceComponents: {
    inputPorts: [port('carts')],
    outputPorts: [port('orders')],
    discoveryPorts: [],
    observabilityPorts: [port('health')],
    controlPorts: [port('admin')],
  },
  internalComponents: {
    applicationComponents: [
      {
        name: 'writer',
        version: '1.0.0',
        consumesFrom: ['carts'],
        providesTo: ['orders'],
        deployInfo: { service: 'sql', template: { definition: 'x' }, configurations: {} },
      },
    ],
    infrastructuralComponents: [{ name: 'store', version: '1.0.0', provisionInfo: { service: 'terraform', configurations: {} } }],
  },
});

export const output = (of: Tree): Tree => of.interfaceComponents.outputPorts[0];
export const input = (of: Tree): Tree => of.interfaceComponents.inputPorts[0];
export const control = (of: Tree): Tree => of.interfaceComponents.controlPorts[0];
export const documentOf = (of: Tree): Tree => of.promises.api.definition;
export const channelOf = (of: Tree): Tree => documentOf(of).channels.orders;
export const kafkaOf = (of: Tree): Tree => channelOf(of).bindings.kafka;
export const messageOf = (of: Tree): Tree => channelOf(of).subscribe.message;
