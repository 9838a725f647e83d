import { describe, expect, it } from '@jest/globals';
import { channelsOf, tasksOf, type Port } from '../../../../descriptors/index.js';
import { product } from '../example.js';

describe('tasks', () => {
  it('are built, provisioned and deployed in this order by the blocks of the components', () => {
    const tasks = tasksOf(product(), 'local');
    expect(tasks.map(({ id, service, phase, template }) => [id, service, phase, template?.path])).toEqual([
      ['application:tripProcessing:build', 'command', 'build', 'sql'],
      ['infrastructure:eventStore:provision', 'terraform', 'provision', 'terraform'],
      ['application:tripProcessing:deploy', 'stream-sql', 'integrate', 'sql'],
    ]);
    expect(tasks[1]?.configurations).toEqual({ TF_VAR_topic_prefix: '${env:TOPIC_PREFIX}' });
  });

  it('of a stage run by order, then as written, one after the other; empty ones are left out', () => {
    const tree = product();
    tree.internalComponents.lifecycleInfo = {
      prod: [
        { name: 'last', service: 'command' },
        {},
        { name: 'second', order: 2, service: 'stream-sql' },
        { name: 'first', order: 1, service: 'terraform' },
        { name: 'third', order: 2, service: 'command' },
      ],
    };
    const tasks = tasksOf(tree, 'prod');
    expect(tasks.map(({ id }) => id)).toEqual([
      'lifecycle:prod:first',
      'lifecycle:prod:second',
      'lifecycle:prod:third',
      'lifecycle:prod:last',
    ]);
    expect(tasks.map(({ after }) => after)).toEqual([[], [], ['lifecycle:prod:second'], ['lifecycle:prod:third']]);
  });

  it('ask for nothing when a product leaves, unless it says so', () => {
    expect(tasksOf(product(), 'retired')).toEqual([]);
    expect(tasksOf(product(), 'constructor')).toHaveLength(3);
  });

  it('stand after what they depend on', () => {
    const tree = product();
    const [store] = tree.internalComponents.infrastructuralComponents;
    const other = { ...store!, name: 'network', fullyQualifiedName: `${tree.info.fullyQualifiedName}:infrastructure:network` };
    store!.dependsOn = [other.fullyQualifiedName];
    tree.internalComponents.infrastructuralComponents.push(other);
    const tasks = tasksOf(tree, 'local').filter(({ phase }) => phase === 'provision');
    expect(tasks.map(({ id, after }) => [id, after])).toEqual([
      ['infrastructure:network:provision', []],
      ['infrastructure:eventStore:provision', ['infrastructure:network:provision']],
    ]);
  });
});

describe('channels', () => {
  it('of the example have topics, Avro schemas and text keys', () => {
    const tree = product('1.1.0');
    const all = [...tree.interfaceComponents.inputPorts, ...tree.interfaceComponents.outputPorts].flatMap(channelsOf);
    expect(all.map(({ topic, partitions, cleanupPolicy }) => [topic, partitions, cleanupPolicy])).toEqual([
      ['trip-events', 3, ['delete']],
      ['trip-status', 3, ['compact']],
      ['trip-position', 3, ['delete']],
    ]);
    expect(
      all.flatMap(({ messages }) => messages.map(({ name, keyFormat, valueSchema }) => [name, keyFormat, valueSchema?.format])),
    ).toEqual([
      ['TripEvent', 'string', 'avro'],
      ['TripStatus', 'string', 'avro'],
      ['TripPosition', 'string', 'avro'],
    ]);
    expect(all[2]?.messages[0]?.valueSchema?.inline).toMatchObject({
      type: 'record',
      name: 'TripPosition',
      namespace: 'com.companyxyz.logistics',
    });
  });

  const port = (definition: object): Port => ({
    ...product().interfaceComponents.outputPorts[0]!,
    promises: { api: { name: 'api', version: '1.0.0', specification: 'asyncapi', definition: definition as never } },
  });

  it('of AsyncAPI 3 have addresses and wrapped payloads', () => {
    const definition = {
      asyncapi: '3.0.0',
      channels: {
        status: { address: 'trip-status', messages: { changed: { $ref: '#/components/messages/changed' } } },
      },
      components: {
        messages: { changed: { payload: { schemaFormat: 'application/vnd.apache.avro;version=1.9.0', schema: { type: 'string' } } } },
      },
    };
    expect(channelsOf(port(definition))).toEqual([
      { topic: 'trip-status', messages: [{ name: 'changed', valueSchema: { inline: { type: 'string' }, format: 'avro' } }] },
    ]);
  });

  it('with several messages have them all, and a topic of their own where the binding names one', () => {
    const definition = {
      asyncapi: '2.5.0',
      channels: {
        status: {
          bindings: { kafka: { topic: 'a.b' } },
          subscribe: {
            message: {
              oneOf: [
                { name: 'one', payload: {} },
                { name: 'two', payload: 'syntax = "proto3";', contentType: 'application/protobuf' },
              ],
            },
          },
        },
      },
    };
    expect(channelsOf(port(definition))).toEqual([
      {
        topic: 'a.b',
        messages: [
          { name: 'one', valueSchema: { inline: {}, format: 'json' } },
          { name: 'two', valueSchema: { inline: 'syntax = "proto3";', format: 'protobuf' } },
        ],
      },
    ]);
  });

  it('of references in a circle end', () => {
    expect(channelsOf(port({ channels: { a: { $ref: '#/channels/a' } } }))).toEqual([]);
  });
});
