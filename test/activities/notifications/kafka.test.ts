import { Consumer, stringDeserializers } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka as KafkaEvents } from 'cloudevents';
import { withKafkaAdmin } from '../../../activities/support/kafka.js';
import { startCuttingProxy } from '../../support/cutting-proxy.js';
import { uniqueName } from '../../support/executor-world.js';
import { goingOn, notification, notificationsTo } from '../../support/notification-samples.js';
import { stackAddresses } from '../../support/stack.js';

/** Proves that events come to a topic as the CloudEvents binding for Kafka says, and what is said when they cannot. */
describe('a Kafka topic as a target', () => {
  const topic = uniqueName('notifications');
  const servers = () => [stackAddresses().kafka];
  const deliver = (changes: { topic?: string; bootstrapServers?: string[] } = {}) =>
    notificationsTo({ events: { type: 'kafka', bootstrapServers: servers(), topic, ...changes } }).deliver(
      'events',
      notification(),
      goingOn(),
    );

  beforeAll(() => withKafkaAdmin(servers(), (admin) => admin.createTopics({ topics: [topic], partitions: 2, replicas: 1 })));
  afterAll(() => withKafkaAdmin(servers(), (admin) => admin.deleteTopics({ topics: [topic] })));

  it('gets the event whole, under the line', async () => {
    expect(await deliver()).toEqual({});
    const consumer = new Consumer({ clientId: 'test', groupId: topic, bootstrapBrokers: servers(), deserializers: stringDeserializers });
    try {
      const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false });
      for await (const { key, value, headers } of stream) {
        expect(key).toBe(notification().line);
        const plain = Object.fromEntries(headers);
        expect(plain).toEqual({ 'content-type': 'application/cloudevents+json; charset=UTF-8' });
        const event = KafkaEvents.toEvent({ key, value, headers: plain, body: value, timestamp: '' } as never);
        expect(event).toMatchObject({ id: notification().id, subject: key, data: { command: 'steward approve 0123456789ab' } });
        break;
      }
      await stream.close();
    } finally {
      await consumer.close(true);
      await withKafkaAdmin(servers(), (admin) => admin.deleteGroups({ groups: [topic] }));
    }
  });

  it('is tried again while its broker is down, and while the topic is not there', async () => {
    const proxy = await startCuttingProxy(stackAddresses().kafka);
    await proxy.down();
    await expect(deliver({ bootstrapServers: [proxy.address] })).rejects.toMatchObject({ type: 'SystemUnavailable' });
    const missing = uniqueName('missing');
    await expect(deliver({ topic: missing })).rejects.toMatchObject({ type: 'SystemUnavailable' });
    expect(await withKafkaAdmin(servers(), (admin) => admin.listTopics())).not.toContain(missing);
  });
});
