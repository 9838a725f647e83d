import type { Json, JsonObject } from '../../json.js';
import type { ChangeFinding } from '../finding.js';
import { same } from '../parts.js';
import { comparePayload, formatOf, type Direction } from '../payload/index.js';
import { beforeAfter, below, say } from '../say.js';
import { streamsOf, type Operation, type Server, type StreamChannel, type StreamMessage, type Streams } from './asyncapi.js';
import { compareKafkaMessages, compareRegistries, compareTopics } from './kafka.js';

/** Two AsyncAPI documents of a port (C22 to C33, C69 to C75, payloads). Pointers are into the new document, into the old for what is gone. */
export function compareStreams(old: JsonObject, next: JsonObject, direction: Direction): ChangeFinding[] {
  const [before, after] = [streamsOf(old), streamsOf(next)];
  const channels = pairsOf(before, after);
  return [
    ...compareServers(before.servers, after.servers),
    ...channels.flatMap((pair) => compareChannels(pair, old, next, direction)),
    ...compareOperations(before.operations, after.operations, channels),
    ...(same(before.info, after.info) ? [] : [say('C32', 'any', { pointer: '/info', message: 'texts of the API document changed' })]),
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
  if (old.contentType !== next.contentType)
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

function compareServers(old: Server[], next: Server[]): ChangeFinding[] {
  const former = new Map(old.map((server) => [server.name, server]));
  const names = new Set(next.map(({ name }) => name));
  return [
    ...next.flatMap((server) => {
      const before = former.get(server.name);
      return before
        ? compareServer(before, server)
        : [say('C30', 'added', { pointer: server.pointer, message: `server ${server.name} is added` })];
    }),
    ...old
      .filter(({ name }) => !names.has(name))
      .map((server) =>
        say('C30', isVariable(server.url) ? 'variable' : 'changed', {
          pointer: server.pointer,
          message: `server ${server.name} is removed`,
        }),
      ),
  ];
}

/** `{host}` of AsyncAPI, `${env:HOST}` of an environment. */
const isVariable = (url: string): boolean => /\{[^}]+\}/.test(url);

function compareServer(old: Server, next: Server): ChangeFinding[] {
  const found: ChangeFinding[] = [];
  if (old.url !== next.url || old.protocol !== next.protocol) {
    const variable = old.protocol === next.protocol && (isVariable(old.url) || isVariable(next.url));
    found.push(
      say('C30', variable ? 'variable' : 'changed', {
        pointer: next.pointer,
        message: `the address of server ${next.name} changed`,
        ...beforeAfter(`${old.protocol} ${old.url}`, `${next.protocol} ${next.url}`),
      }),
    );
  }
  found.push(
    ...compareSecurity(old.security, next.security, `${next.pointer}/security`, `server ${next.name}`),
    ...compareRegistries(old, next),
  );
  if (!same(old.otherBindings, next.otherBindings))
    found.push(
      say('C33', 'any', { pointer: next.pointer, message: `bindings of server ${next.name} changed in a way that no rule knows` }),
    );
  return found;
}

/** What a client has to present (C31). */
export function compareSecurity(old: Json | undefined, next: Json | undefined, pointer: string, where: string): ChangeFinding[] {
  if (same(old, next)) return [];
  return next === undefined
    ? [say('C31', 'removed', { pointer, message: `${where} does not ask for credentials any more` })]
    : [say('C31', 'changed', { pointer, message: `${where} asks for other credentials` })];
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
