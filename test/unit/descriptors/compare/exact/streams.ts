import { channelOf, documentOf, kafkaOf, messageOf, output, type Exact, type Tree } from './tree.js';

const plain = (tree: Tree): void => {
  const message = messageOf(output(tree));
  delete message.contentType;
  delete message.schemaFormat;
  message.payload = { type: 'object' };
};
const address = (tree: Tree): void => {
  Object.assign(documentOf(output(tree)).servers.prod, { url: '{host}:9092', variables: { host: { default: 'a' } } });
};
const policy = (value: unknown) => (tree: Tree) => {
  kafkaOf(output(tree)).topicConfiguration['cleanup.policy'] = value;
};
const MESSAGE = 'output:/channels/orders/subscribe/message';
const TOPIC = 'output:/channels/orders/bindings/kafka';

/** AsyncAPI 3 with the same channel, seen with its operation. */
const three = (tree: Tree): void => {
  output(tree).promises.api.specificationVersion = '3.0.0';
  const { info, channels } = documentOf(output(tree));
  const { schemaFormat, payload, ...message } = channels.orders.subscribe.message;
  output(tree).promises.api.definition = {
    asyncapi: '3.0.0',
    info,
    servers: {
      prod: { host: 'kafka.shop.com:9092', protocol: 'kafka', bindings: { kafka: { schemaRegistryUrl: 'https://registry.shop.com' } } },
    },
    channels: {
      ordersChannel: {
        address: 'orders',
        bindings: channels.orders.bindings,
        messages: { Order: { ...message, payload: { schemaFormat, schema: payload } } },
      },
    },
    operations: { readOrders: { action: 'send', channel: { $ref: '#/channels/ordersChannel' } } },
  };
};
const THREE = 'output:/channels/ordersChannel';

export const streams: Exact[] = [
  ['words', ['C32/any output:'], (tree) => (channelOf(output(tree)).subscribe.description = 'Words')],
  // What is not understood is not called words.
  [
    'a binding of an operation',
    ['C33/any output:/channels/orders/subscribe/bindings'],
    (tree) => (channelOf(output(tree)).subscribe.bindings = { kafka: { groupId: { type: 'string' } } }),
  ],
  [
    'a correlation id',
    [`C33/any ${MESSAGE}/correlationId`],
    (tree) => (messageOf(output(tree)).correlationId = { location: '$message.header#/id' }),
  ],
  [
    'a content type that the format says anyway',
    ['C32/any output:'],
    (tree) => (messageOf(output(tree)).contentType = 'application/json'),
    plain,
  ],
  ['another content type', [`C28/format ${MESSAGE}`], (tree) => (messageOf(output(tree)).contentType = 'application/xml'), plain],
  [
    'the charset that everybody has',
    ['C32/any output:'],
    (tree) => (messageOf(output(tree)).contentType = 'application/json; charset=utf-8'),
    plain,
  ],
  // Servers.
  [
    'a server gets another name',
    ['C32/any output:'],
    (tree) => (documentOf(output(tree)).servers = { production: documentOf(output(tree)).servers.prod }),
  ],
  [
    'a variable of an address',
    ['C30/variable output:/servers/prod/variables'],
    (tree) => (documentOf(output(tree)).servers.prod.variables.host.default = 'b'),
    address,
  ],
  [
    'words about a variable',
    ['C32/any output:'],
    (tree) => (documentOf(output(tree)).servers.prod.variables.host.description = 'b'),
    address,
  ],
  [
    'another registry',
    ['C75/any output:/servers/prod/bindings/kafka/schemaRegistryUrl'],
    (tree) => (documentOf(output(tree)).servers.prod.bindings.kafka.schemaRegistryUrl = 'https://other.shop.com'),
  ],
  [
    'a registry stated for the first time',
    ['C33/any output:/servers/prod/bindings/kafka/schemaRegistryUrl'],
    (tree) => (documentOf(output(tree)).servers.prod.bindings = { kafka: { schemaRegistryUrl: 'https://registry.shop.com' } }),
    (tree) => delete documentOf(output(tree)).servers.prod.bindings,
  ],
  // Topics.
  [
    'partitions stated for the first time',
    [`C33/any ${TOPIC}/partitions`],
    (tree) => (kafkaOf(output(tree)).partitions = 6),
    (tree) => delete kafkaOf(output(tree)).partitions,
  ],
  ['a clean-up policy as a text', [`C73/any ${TOPIC}/topicConfiguration/cleanup.policy`], policy('compact'), policy('delete')],
  ['the same clean-up policy as a text', ['C32/any output:'], policy('delete')],
  [
    'the clean-up policy that brokers have anyway',
    ['C32/any output:'],
    (tree) => delete kafkaOf(output(tree)).topicConfiguration['cleanup.policy'],
  ],
  ['two clean-up policies', [`C73/any ${TOPIC}/topicConfiguration/cleanup.policy`], policy('compact,delete')],
  ['the same retention as a text', ['C32/any output:'], (tree) => (kafkaOf(output(tree)).topicConfiguration['retention.ms'] = '604800000')],
  // Another major version of the language, the same channel.
  ['AsyncAPI 2 → 3', ['C20/major output/promises/api/specificationVersion'], three],
  [
    'AsyncAPI 3: another address',
    [`C22/any ${THREE}`],
    (tree) => (documentOf(output(tree)).channels.ordersChannel.address = 'other'),
    (tree) => {
      three(tree);
      delete documentOf(output(tree)).channels.ordersChannel.bindings.kafka.topic;
    },
  ],
  [
    'AsyncAPI 3: another name of the channel',
    ['C32/any output:'],
    (tree) => {
      const document = documentOf(output(tree));
      document.channels = { renamed: document.channels.ordersChannel };
      document.operations.readOrders.channel.$ref = '#/channels/renamed';
    },
    three,
  ],
  [
    'AsyncAPI 3: an operation answers',
    ['C33/any output:/operations/readOrders/reply'],
    (tree) => (documentOf(output(tree)).operations.readOrders.reply = { channel: { $ref: '#/channels/ordersChannel' } }),
    three,
  ],
];
