import { produce } from '../support/kafka.js';
import { CLOUD_EVENT } from './cloud-event.js';
import type { KafkaTarget, Send } from './targets.js';

/** Writes events as the CloudEvents binding for Kafka says, in structured mode; the line is the key, so a product's events stay in order. */
export const kafkaTopic =
  (_name: string, { bootstrapServers, topic }: KafkaTarget): Send =>
  async (event) => {
    const headers = { 'content-type': `${CLOUD_EVENT}; charset=UTF-8` };
    await produce(bootstrapServers, { topic, key: event.subject, value: JSON.stringify(event), headers });
    return {};
  };
