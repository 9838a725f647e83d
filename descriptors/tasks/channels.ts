import { at, isObject, listAt, stepsOf, textAt, type Json, type JsonObject } from '../json.js';
import type { Port } from '../product.js';

export type SchemaFormat = 'avro' | 'json' | 'protobuf';

export interface Message {
  name: string;
  valueSchema?: { inline: JsonObject | string | Json[]; format: SchemaFormat };
  /** Of a key that has a structure; a plain text or number is written without a schema. */
  keySchema?: { inline: JsonObject; format: SchemaFormat };
  /** How the record's key is written; `string` = plain UTF-8. Undefined when the contract is silent. */
  keyFormat?: 'string' | SchemaFormat;
}

/** One stream of a port. */
export interface Channel {
  /** The topic's logical name. An environment may put its `TOPIC_PREFIX` before it: `${env:TOPIC_PREFIX}` + topic is the name on the broker. */
  topic: string;
  messages: Message[];
  /** What the Kafka binding asks of the topic. */
  partitions?: number;
  cleanupPolicy?: string[];
}

/** The channels that a port's AsyncAPI document (2.x or 3.x) promises; none for a port without one. */
export function channelsOf(port: Port): Channel[] {
  const api = port.promises?.api;
  if (api?.specification.toLowerCase() !== 'asyncapi' || !isObject(api.definition)) return [];
  const document = api.definition;
  const channels = at(document, 'channels');
  if (!isObject(channels)) return [];
  return Object.keys(channels).flatMap((name) => {
    const channel = inside(document, channels[name]);
    return isObject(channel) ? [channelOf(document, name, channel)] : [];
  });
}

function channelOf(document: JsonObject, name: string, channel: JsonObject): Channel {
  const binding = at(at(channel, 'bindings'), 'kafka');
  const partitions = at(binding, 'partitions');
  const cleanup = listAt(at(binding, 'topicConfiguration'), 'cleanup.policy').filter((policy) => typeof policy === 'string');
  return {
    topic: textAt(binding, 'topic') ?? textAt(channel, 'address') ?? name,
    messages: messagesOf(document, channel),
    ...(typeof partitions === 'number' && { partitions }),
    ...(cleanup.length > 0 && { cleanupPolicy: cleanup }),
  };
}

function messagesOf(document: JsonObject, channel: JsonObject): Message[] {
  const named = at(channel, 'messages');
  const version3 = isObject(named) ? Object.entries(named) : [];
  const version2 = ['publish', 'subscribe'].flatMap((operation) => {
    const message = inside(document, at(at(channel, operation), 'message'));
    const choices = listAt(message, 'oneOf');
    return (choices.length > 0 ? choices : message === undefined ? [] : [message]).map((choice): [string, Json] => ['', choice]);
  });
  return [...version3, ...version2].flatMap(([key, reference]) => {
    const message = inside(document, reference);
    return isObject(message) ? [messageOf(document, key, message)] : [];
  });
}

function messageOf(document: JsonObject, key: string, message: JsonObject): Message {
  // AsyncAPI 3 wraps a payload that is no JSON Schema: {schemaFormat, schema}.
  const payload = inside(document, message['payload']);
  const wrapped = at(payload, 'schema') !== undefined && textAt(payload, 'schemaFormat') !== undefined;
  const inline = wrapped ? inside(document, at(payload, 'schema')) : payload;
  const hint =
    textAt(wrapped ? payload : message, 'schemaFormat') ?? textAt(message, 'contentType') ?? textAt(document, 'defaultContentType');
  const keys = inside(document, at(at(at(message, 'bindings'), 'kafka'), 'key'));
  const keyFormat = keyFormatOf(keys);
  return {
    name: textAt(message, 'name') ?? textAt(message, 'messageId') ?? (key || (textAt(inline, 'name') ?? '')),
    ...((typeof inline === 'string' || (typeof inline === 'object' && inline !== null)) && {
      valueSchema: { inline, format: formatOf(hint) },
    }),
    ...(keyFormat && { keyFormat }),
    ...(isObject(keys) && isStructured(keys) && { keySchema: { inline: keys, format: 'avro' } }),
  };
}

const formatOf = (hint: string | undefined): SchemaFormat =>
  /avro/i.test(hint ?? '') ? 'avro' : /proto/i.test(hint ?? '') ? 'protobuf' : 'json';

function keyFormatOf(key: Json | undefined): Message['keyFormat'] {
  if (!isObject(key)) return undefined;
  if (key['type'] === 'record' || typeof key['type'] === 'object') return 'avro';
  return key['type'] === 'string' ? 'string' : 'json';
}

/** An Avro record. A JSON key is usually written without a schema. */
const isStructured = ({ type }: JsonObject): boolean => type === 'record' || isObject(type);

/** What a local reference of the document means; other values are returned as they are. */
function inside(document: JsonObject, value: Json | undefined): Json | undefined {
  let current = value;
  // A few hops at most: a circle ends as nothing.
  for (let hops = 0; hops < 16; hops++) {
    const reference = textAt(current, '$ref');
    if (reference === undefined) return current;
    if (!reference.startsWith('#/')) return undefined;
    let found: Json | undefined = document;
    for (const step of stepsOf(reference.slice(1))) found = at(found, step);
    current = found;
  }
  return undefined;
}
