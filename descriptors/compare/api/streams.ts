import { at, pointerTo, type Json, type JsonObject } from '../../json.js';
import type { ChangeFinding } from '../finding.js';
import { changedMembers, same } from '../parts.js';
import { comparePayload, formatOf, type Direction } from '../payload/index.js';
import { beforeAfter, below, say } from '../say.js';
import { compareSecurity } from './security.js';
import { compareServers } from './servers.js';
import { streamsOf, type Operation, type StreamChannel, type StreamMessage, type Streams } from './asyncapi.js';
import { compareKafkaMessages, compareTopics } from './kafka.js';

/** Two AsyncAPI documents of a port (C22 to C33, C69 to C75, payloads). Pointers are into the new document, into the old for what is gone. */
export function compareStreams(old: JsonObject, next: JsonObject, direction: Direction): ChangeFinding[] {
  const [before, after] = [streamsOf(old), streamsOf(next)];
  const channels = pairsOf(before, after);
  const sameLanguage = before.language === after.language;
  return [
    ...compareServers(before.servers, after.servers),
    ...channels.flatMap((pair) => compareChannels(pair, old, next, direction)),
    ...compareOperations(before.operations, after.operations, channels),
    ...(sameLanguage ? compareRest(before, after, channels) : []),
    ...(same(before.info, after.info) ? [] : [say('C32', 'any', { pointer: '/info', message: 'texts of the API document changed' })]),
  ];
}

/** What no rule knows, of everything that both documents have. */
function compareRest(before: Streams, after: Streams, channels: Pair[]): ChangeFinding[] {
  type Part = { pointer: string; rest: JsonObject };
  const told = (what: string, old: Part | undefined, next: Part | undefined): ChangeFinding[] =>
    (old && next ? changedMembers(old.rest, next.rest) : []).map((name) =>
      say('C33', 'any', {
        pointer: pointerTo((next as Part).pointer, name),
        message: `${name} of ${what} changed in a way that no rule knows`,
        ...beforeAfter(at(old?.rest, name), at(next?.rest, name)),
      }),
    );
  return [
    ...after.servers.flatMap((next) =>
      told(
        `server ${next.name}`,
        before.servers.find(({ name }) => name === next.name),
        next,
      ),
    ),
    ...channels.flatMap(({ old, next }) => [
      ...told(`channel ${next?.key}`, old, next),
      ...messagePairs(old?.messages ?? [], next?.messages ?? []).flatMap((pair) => told(`message ${pair.next?.name}`, pair.old, pair.next)),
      ...after.operations
        .filter(({ channel }) => old && channel === next?.key)
        .flatMap((operation) =>
          told(
            `operation ${operation.id || operation.action}`,
            before.operations.find(({ channel, action }) => channel === old?.key && action === operation.action),
            operation,
          ),
        ),
    ]),
  ];
}

/** Only the payloads of the messages that both have. */
export function compareStreamPayloads(old: JsonObject, next: JsonObject, direction: Direction): ChangeFinding[] {
  return pairsOf(streamsOf(old), streamsOf(next)).flatMap((pair) =>
    messagePairs(pair.old?.messages ?? [], pair.next?.messages ?? []).flatMap(({ old: former, next: current }) =>
      former && current ? payloadsOf(former, current, old, next, direction) : [],
    ),
  );
}

interface Pair {
  old?: StreamChannel;
  next?: StreamChannel;
}

/** Channels by their names, then by their addresses: 3.x gives them names of their own. */
function pairsOf(before: Streams, after: Streams): Pair[] {
  const left = new Set(before.channels);
  const take = (fits: (channel: StreamChannel) => boolean): StreamChannel | undefined => {
    const found = [...left].find(fits);
    if (found) left.delete(found);
    return found;
  };
  const named = new Map(after.channels.map((next) => [next, take((old) => old.key === next.key)]));
  const pairs = after.channels.map((next): Pair => {
    const old = named.get(next) ?? take((candidate) => candidate.address === next.address);
    return old ? { old, next } : { next };
  });
  return [...pairs, ...[...left].map((old): Pair => ({ old }))];
}

function compareChannels({ old, next }: Pair, before: JsonObject, after: JsonObject, direction: Direction): ChangeFinding[] {
  if (!next) return old ? [say('C22', 'any', { pointer: old.pointer, message: `channel ${old.key} is removed` })] : [];
  if (!old) return [say('C23', 'any', { pointer: next.pointer, message: `channel ${next.key} is added` })];
  const address =
    old.address === next.address
      ? []
      : [
          say('C22', 'any', {
            pointer: next.pointer,
            message: `the address of channel ${next.key} changed`,
            ...beforeAfter(old.address, next.address),
          }),
        ];
  const others =
    same(old.parameters, next.parameters) && same(old.otherBindings, next.otherBindings)
      ? []
      : [
          say('C33', 'any', {
            pointer: next.pointer,
            message: `parameters or bindings of channel ${next.key} changed in a way that no rule knows`,
          }),
        ];
  const messages = messagePairs(old.messages, next.messages).flatMap(({ old: former, next: current }) => {
    if (!former) return current ? [say('C26', direction, { pointer: current.pointer, message: `message ${current.name} is added` })] : [];
    if (!current) return [say('C27', 'any', { pointer: former.pointer, message: `message ${former.name} is removed` })];
    return compareMessages(former, current, before, after, direction);
  });
  return [...address, ...compareTopics(old, next), ...others, ...messages];
}

/** One message on both sides is the same message, whatever it is called; several go by their names. */
function messagePairs(old: StreamMessage[], next: StreamMessage[]): { old?: StreamMessage; next?: StreamMessage }[] {
  if (old.length === 1 && next.length === 1) return [{ old: old[0] as StreamMessage, next: next[0] as StreamMessage }];
  const former = new Map(old.map((message) => [message.name, message]));
  const names = new Set(next.map(({ name }) => name));
  return [
    ...next.map((message) => ({ next: message, ...(former.has(message.name) && { old: former.get(message.name) as StreamMessage }) })),
    ...old.filter(({ name }) => !names.has(name)).map((message) => ({ old: message })),
  ];
}

function compareMessages(
  old: StreamMessage,
  next: StreamMessage,
  before: JsonObject,
  after: JsonObject,
  direction: Direction,
): ChangeFinding[] {
  const found = compareKafkaMessages(old, next);
  if (!same(old.otherBindings, next.otherBindings))
    found.push(
      say('C33', 'any', { pointer: `${next.pointer}/bindings`, message: 'bindings of the message changed in a way that no rule knows' }),
    );
  if (contentTypeOf(old) !== contentTypeOf(next))
    found.push(
      say('C28', 'format', {
        pointer: next.pointer,
        message: 'the content type of the message changed',
        ...beforeAfter(old.contentType, next.contentType),
      }),
    );
  else if (
    formatOf(old) !== formatOf(next) ||
    (old.schemaFormat !== next.schemaFormat && next.schemaFormat !== '' && old.schemaFormat !== '')
  )
    found.push(
      say('C28', 'format', {
        pointer: next.pointer,
        message: 'the format of the message changed',
        ...beforeAfter(old.schemaFormat, next.schemaFormat),
      }),
    );
  else if (old.formatVersion !== next.formatVersion)
    found.push(
      say('C28', 'version', {
        pointer: next.pointer,
        message: 'the version of the schema language changed',
        ...beforeAfter(old.formatVersion, next.formatVersion),
      }),
    );
  const headers = comparedAt(old.headers, next.headers, before, after, (one, two) =>
    comparePayload(one, two, 'json', direction, before, after),
  );
  return [...found, ...payloadsOf(old, next, before, after, direction), ...headers];
}

/** A content type that only says what the format says anyway is none. */
const contentTypeOf = (message: StreamMessage): string => {
  const plain: readonly string[] = {
    avro: ['avro/binary', 'application/vnd.apache.avro', 'application/avro'],
    json: ['application/json'],
    protobuf: [],
  }[formatOf(message)];
  return plain.includes(message.contentType) ? '' : message.contentType;
};

function payloadsOf(old: StreamMessage, next: StreamMessage, before: JsonObject, after: JsonObject, direction: Direction): ChangeFinding[] {
  const format = formatOf(next);
  // Another format was told: the schemas do not compare.
  if (formatOf(old) !== format) return [];
  return comparedAt(old.payload, next.payload, before, after, (one, two) => comparePayload(one, two, format, direction, before, after));
}

interface At {
  value: Json | undefined;
  pointer: string;
}

/** Compares what stands at two places; also when they are equal, for they may refer to what is not. */
function comparedAt(
  old: At,
  next: At,
  before: JsonObject,
  after: JsonObject,
  compare: (old: Json, next: Json) => ChangeFinding[],
): ChangeFinding[] {
  const [one, two] = [old.value, next.value];
  if (one === undefined && two === undefined) return [];
  if (one === undefined || two === undefined)
    return [
      say('C33', 'any', { pointer: next.pointer, message: one === undefined ? 'a schema is given now' : 'a schema is not given any more' }),
    ];
  if (same(one, two) && same(before['components'], after['components'])) return [];
  return below(next.pointer, compare(one, two));
}

/** Operations by what they do where: their names are the business of generated code. */
function compareOperations(old: Operation[], next: Operation[], channels: Pair[]): ChangeFinding[] {
  // Operations of a channel that is gone or new are told with the channel.
  const renamed = new Map(channels.flatMap(({ old: was, next: is }): [string, string][] => (was && is ? [[was.key, is.key]] : [])));
  const kept = new Set(renamed.values());
  const before = old.flatMap((operation) => {
    const channel = renamed.get(operation.channel);
    return channel === undefined ? [] : [{ ...operation, channel }];
  });
  const after = next.filter(({ channel }) => kept.has(channel));
  const keys = [...new Set([...after, ...before].map(keyOf))];
  return keys.flatMap((key) => {
    const [was, is] = [before.filter((operation) => keyOf(operation) === key), after.filter((operation) => keyOf(operation) === key)];
    const ids = new Set(was.map(({ id }) => id));
    const fresh = is.filter(({ id }) => !ids.has(id));
    const gone = was.filter(({ id }) => !is.some((operation) => operation.id === id));
    return [
      ...gone.map((operation, index) => {
        const replacement = fresh[index];
        return replacement
          ? say('C25', 'any', {
              pointer: replacement.pointer,
              message: 'operationId changed',
              ...beforeAfter(operation.id, replacement.id),
            })
          : say('C24', 'removed', {
              pointer: operation.pointer,
              message: `operation ${operation.action} of channel ${operation.channel} is removed`,
            });
      }),
      ...fresh.slice(gone.length).map((operation) =>
        say('C24', 'added', {
          pointer: operation.pointer,
          message: `operation ${operation.action} of channel ${operation.channel} is added`,
        }),
      ),
      ...is.flatMap((operation, index) =>
        was[index] ? compareSecurity(was[index].security, operation.security, operation.pointer, `operation ${operation.id}`) : [],
      ),
    ];
  });
}

const keyOf = ({ channel, action }: Operation): string => `${channel} ${action}`;
