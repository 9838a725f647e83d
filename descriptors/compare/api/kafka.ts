import { at, isObject, pointerTo, type Json, type JsonObject } from '../../json.js';
import type { ChangeFinding } from '../finding.js';
import { same } from '../parts.js';
import { beforeAfter, say } from '../say.js';
import type { Server, StreamChannel, StreamMessage } from './asyncapi.js';
import { withoutTexts } from './without-texts.js';

/** Members of bindings that only people read. */
const TEXTS = ['bindingVersion', 'description'];
const omit = (value: Json | undefined, keys: readonly string[]): JsonObject =>
  isObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key) && !TEXTS.includes(key))) : {};

/** What the Kafka binding of a channel asks of the topic (C69 to C75). */
export function compareTopics(old: StreamChannel, next: StreamChannel): ChangeFinding[] {
  const [before, after] = [old.kafka, next.kafka];
  const pointer = `${next.pointer}/bindings/kafka`;
  const found: ChangeFinding[] = [];
  if (topicOf(old) !== topicOf(next) && !isAddress(old, next))
    found.push(
      say('C75', 'any', {
        pointer: at(after, 'topic') === undefined ? pointer : `${pointer}/topic`,
        message: 'the topic changed',
        ...beforeAfter(topicOf(old), topicOf(next)),
      }),
    );
  found.push(...comparePartitions(old, next, pointer), ...compareReplicas(before, after, pointer));
  const [was, is] = [at(before, 'topicConfiguration'), at(after, 'topicConfiguration')];
  const [policies, policy] = [was, is].map(policiesOf);
  if (!same(policies, policy))
    found.push(
      say('C73', 'any', {
        pointer: `${pointer}/topicConfiguration/cleanup.policy`,
        message: 'the clean-up policy changed',
        ...beforeAfter(policies?.join(', '), policy?.join(', ')),
      }),
    );
  for (const key of ['retention.ms', 'retention.bytes', 'delete.retention.ms'])
    found.push(...compareRetention(key, at(was, key), at(is, key), `${pointer}/topicConfiguration`));
  const judged = ['cleanup.policy', 'retention.ms', 'retention.bytes', 'delete.retention.ms'];
  const known = ['topic', 'partitions', 'replicas', 'topicConfiguration'];
  if (!same(omit(was, judged), omit(is, judged)) || !same(omit(before, known), omit(after, known)))
    found.push(say('C33', 'any', { pointer, message: 'the Kafka binding of the channel changed in a way that no rule knows' }));
  return found;
}

/** A list, or a text as brokers write it; without one, records are deleted in the end. */
function policiesOf(configuration: Json | undefined): string[] {
  const stated = at(configuration, 'cleanup.policy') ?? 'delete';
  const policies = Array.isArray(stated)
    ? stated.map(String)
    : String(stated)
        .split(',')
        .map((policy) => policy.trim());
  return policies.length === 0 ? ['delete'] : policies.sort();
}

const topicOf = (channel: StreamChannel): string => {
  const topic = at(channel.kafka, 'topic');
  return typeof topic === 'string' ? topic : channel.address;
};

/** True when the topic only follows the address, which has a rule of its own. */
const isAddress = (old: StreamChannel, next: StreamChannel): boolean => topicOf(old) === old.address && topicOf(next) === next.address;

function comparePartitions(old: StreamChannel, next: StreamChannel, pointer: string): ChangeFinding[] {
  const [was, is] = [at(old.kafka, 'partitions'), at(next.kafka, 'partitions')];
  if (was === is) return [];
  const seen = { pointer: `${pointer}/partitions`, ...beforeAfter(was, is) };
  if (typeof was !== 'number' || typeof is !== 'number')
    return [
      say('C33', 'any', { ...seen, message: `the number of partitions is ${was === undefined ? 'stated now' : 'left to the broker now'}` }),
    ];
  if (is < was) return [say('C69', 'any', { ...seen, message: 'fewer partitions, which no broker can do in place' })];
  const keyed = [...old.messages, ...next.messages].some(({ kafka }) => at(kafka, 'key') !== undefined);
  return keyed
    ? [say('C70', 'any', { ...seen, message: 'more partitions: keys move, the order by key is lost once' })]
    : [say('C71', 'any', { ...seen, message: 'more partitions, there are no keys that could move' })];
}

function compareReplicas(old: Json | undefined, next: Json | undefined, pointer: string): ChangeFinding[] {
  const [was, is] = [at(old, 'replicas'), at(next, 'replicas')];
  if (was === is) return [];
  const seen = { pointer: `${pointer}/replicas`, message: 'the number of replicas changed', ...beforeAfter(was, is) };
  return [say('C72', is === 1 ? 'one' : 'any', seen)];
}

/** -1 = for ever. */
function compareRetention(key: string, was: Json | undefined, is: Json | undefined, pointer: string): ChangeFinding[] {
  if (String(was) === String(is)) return [];
  const measure = (value: Json | undefined): number | undefined => {
    const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
    return Number.isNaN(number) ? undefined : number < 0 ? Infinity : number;
  };
  const [before, after] = [measure(was), measure(is)];
  const longer = before !== undefined && after !== undefined && after >= before;
  return [
    say('C74', longer ? 'longer' : 'shorter', {
      pointer: pointerTo(pointer, key),
      message: `records are kept ${longer ? 'longer' : 'for a shorter time, or for an unknown one'}: ${key} changed`,
      ...beforeAfter(was, is),
    }),
  ];
}

/** Key and encoding of a message (C29, C75). */
export function compareKafkaMessages(old: StreamMessage, next: StreamMessage): ChangeFinding[] {
  const pointer = `${next.pointer}/bindings/kafka`;
  const found: ChangeFinding[] = [];
  const [before, after] = [at(old.kafka, 'key'), at(next.kafka, 'key')];
  if (!same(withoutTexts(before), withoutTexts(after)))
    found.push(
      say('C29', 'any', {
        pointer: `${pointer}/key`,
        message:
          before === undefined
            ? 'the records have a key now'
            : after === undefined
              ? 'the records have no key any more'
              : 'the key changed',
        ...beforeAfter(before, after),
      }),
    );
  for (const key of ['schemaIdLocation', 'schemaIdPayloadEncoding', 'schemaLookupStrategy'])
    if (!same(at(old.kafka, key), at(next.kafka, key)))
      found.push(
        say('C75', 'any', {
          pointer: `${pointer}/${key}`,
          message: `${key} changed`,
          ...beforeAfter(at(old.kafka, key), at(next.kafka, key)),
        }),
      );
  return found;
}

/** The schema registry that a server names (C75). */
export function compareRegistries(old: Server, next: Server): ChangeFinding[] {
  return ['schemaRegistryUrl', 'schemaRegistryVendor'].flatMap((key) => {
    const [was, is] = [at(old.kafka, key), at(next.kafka, key)];
    if (same(was, is)) return [];
    const seen = { pointer: `${next.pointer}/bindings/kafka/${key}`, ...beforeAfter(was, is) };
    return [
      was === undefined
        ? say('C33', 'any', { ...seen, message: `${key} is stated now` })
        : say('C75', 'any', { ...seen, message: `${key} changed` }),
    ];
  });
}
