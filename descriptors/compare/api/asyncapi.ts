import { at, isObject, listAt, pointerTo, textAt, type Json, type JsonObject } from '../../json.js';
import { memberOf, membersOf, resolved, type Placed } from './document.js';
import { withoutTexts } from './without-texts.js';

/** An AsyncAPI document, 2.x or 3.x, as one shape: so that two versions of the language compare. */
export interface Streams {
  servers: Server[];
  channels: StreamChannel[];
  operations: Operation[];
  /** Texts about the document as a whole. */
  info: Json | undefined;
  /** Major version of the language: what no rule knows compares only within one. */
  language: string;
}

export interface Server {
  name: string;
  pointer: string;
  url: string;
  protocol: string;
  /** What the address leaves open. */
  variables: Json | undefined;
  security: Json | undefined;
  kafka: Json | undefined;
  otherBindings: JsonObject;
  /** What no rule knows. */
  rest: JsonObject;
}

export interface StreamChannel {
  /** Its name in the document; in 2.x this is the address too. */
  key: string;
  address: string;
  pointer: string;
  messages: StreamMessage[];
  kafka: Json | undefined;
  otherBindings: JsonObject;
  parameters: Json | undefined;
  rest: JsonObject;
}

export interface StreamMessage {
  name: string;
  pointer: string;
  contentType: string;
  /** Media type of the schema without its version, and the version. */
  schemaFormat: string;
  formatVersion: string;
  payload: Placed;
  headers: Placed;
  kafka: Json | undefined;
  otherBindings: JsonObject;
  rest: JsonObject;
}

export interface Operation {
  channel: string;
  /** Seen from the application, as 3.x does: what 2.x calls subscribe, it sends. */
  action: string;
  id: string;
  pointer: string;
  security: Json | undefined;
  rest: JsonObject;
}

const ACTIONS = { subscribe: 'send', publish: 'receive' } as const;

/** The shape of a document; parts that are not as they should be are left out, for validation tells of them. */
export function streamsOf(document: JsonObject): Streams {
  const root = { value: document, pointer: '' };
  const channels = membersOf(document, memberOf(document, root, 'channels'));
  const language = textAt(document, 'asyncapi')?.split('.', 1)[0] ?? '2';
  return {
    language,
    info: document['info'],
    servers: membersOf(document, memberOf(document, root, 'servers')).map((server) => serverOf(document, server)),
    channels: channels.map((channel) => channelOf(document, channel)),
    operations: language === '3' ? operationsOfThree(document, root) : channels.flatMap((channel) => operationsOfTwo(document, channel)),
  };
}

interface Member {
  key: string;
  value: JsonObject;
  pointer: string;
}

function serverOf(document: JsonObject, server: Member): Server {
  const { key, value, pointer } = server;
  const url =
    textAt(value, 'url') ?? textAt(value, 'connectionString') ?? `${textAt(value, 'host') ?? ''}${textAt(value, 'pathname') ?? ''}`;
  return {
    name: key,
    pointer,
    url,
    protocol: textAt(value, 'protocol') ?? '',
    variables: withoutTexts(memberOf(document, server, 'variables').value),
    security: requirements(document, value['security']),
    ...bindingsOf(document, server),
    rest: restOf(document, server, ['url', 'connectionString', 'host', 'pathname', 'protocol', 'variables', 'security', 'bindings']),
  };
}

/** Members that only people read. */
const TEXTS = ['description', 'title', 'summary', 'tags', 'externalDocs', 'examples', 'deprecated'];

/** The members that no rule knows, behind their references and without texts. */
function restOf(document: JsonObject, holder: { value: JsonObject; pointer: string }, known: readonly string[]): JsonObject {
  const names = Object.keys(holder.value).filter((name) => ![...known, ...TEXTS].includes(name) && !name.startsWith('x-'));
  return Object.fromEntries(names.map((name) => [name, withoutTexts(memberOf(document, holder, name).value) ?? null]));
}

/** A requirement by what it asks for: two names of one scheme are the same to a client. */
function requirements(document: JsonObject, security: Json | undefined): Json | undefined {
  if (!Array.isArray(security) || security.length === 0) return undefined;
  const schemes = at(at(document, 'components'), 'securitySchemes');
  return security.map((entry) =>
    isObject(entry) && typeof entry['$ref'] !== 'string'
      ? Object.keys(entry).map((name) => [withoutText(resolved(document, at(schemes, name), '').value), entry[name] ?? null] as Json)
      : withoutText(resolved(document, entry, '').value),
  );
}

const withoutText = (value: Json | undefined): Json => {
  if (!isObject(value)) return value ?? null;
  const { description: _, ...rest } = value;
  return rest;
};

function bindingsOf(document: JsonObject, holder: Placed): { kafka: Json | undefined; otherBindings: JsonObject } {
  const bindings = memberOf(document, holder, 'bindings').value;
  if (!isObject(bindings)) return { kafka: undefined, otherBindings: {} };
  const { kafka, ...otherBindings } = bindings;
  return { kafka: resolved(document, kafka, '').value, otherBindings };
}

function channelOf(document: JsonObject, channel: Member): StreamChannel {
  const { key, value, pointer } = channel;
  const listed = membersOf(document, memberOf(document, channel, 'messages'));
  const inline = Object.keys(ACTIONS).flatMap((verb) => {
    const operation = memberOf(document, channel, verb);
    const message = memberOf(document, operation, 'message');
    const choices = listAt(message.value, 'oneOf');
    return choices.length > 0
      ? choices.map((choice, index) => resolved(document, choice, pointerTo(message.pointer, 'oneOf', index)))
      : [message];
  });
  return {
    key,
    address: textAt(value, 'address') ?? key,
    pointer,
    messages: [
      ...listed.map((message) => messageOf(document, message.key, message, message.value)),
      ...inline.flatMap((message) => (isObject(message.value) ? [messageOf(document, '', message, message.value)] : [])),
    ],
    parameters: withoutTexts(value['parameters']),
    ...bindingsOf(document, channel),
    rest: restOf(document, channel, ['address', 'messages', 'subscribe', 'publish', 'parameters', 'bindings']),
  };
}

/** What every reader of text assumes. */
const CHARSET = /\s*;\s*charset="?utf-?8"?/;

function messageOf(document: JsonObject, key: string, { pointer }: Placed, written: JsonObject): StreamMessage {
  const value = withTraits(document, written);
  const holder = { value, pointer };
  const direct = memberOf(document, holder, 'payload');
  // AsyncAPI 3 wraps a payload that is no JSON Schema: {schemaFormat, schema}.
  const wrapped = at(direct.value, 'schema') !== undefined && textAt(direct.value, 'schemaFormat') !== undefined;
  const payload = wrapped ? memberOf(document, direct, 'schema') : direct;
  const contentType = (textAt(value, 'contentType') ?? textAt(document, 'defaultContentType') ?? '').toLowerCase().replace(CHARSET, '');
  const hint = textAt(wrapped ? direct.value : value, 'schemaFormat') ?? (/avro|proto/i.test(contentType) ? contentType : '');
  const [media = '', ...parameters] = hint.split(';').map((piece) => piece.trim().toLowerCase());
  return {
    name: textAt(value, 'name') ?? textAt(value, 'messageId') ?? (key || (textAt(payload.value, 'name') ?? '')),
    pointer,
    contentType,
    schemaFormat: media.replace(/\+(json|yaml)$/, ''),
    formatVersion: parameters.find((parameter) => parameter.startsWith('version=')) ?? '',
    payload,
    headers: memberOf(document, holder, 'headers'),
    ...bindingsOf(document, holder),
    rest: restOf(document, holder, ['name', 'messageId', 'contentType', 'schemaFormat', 'payload', 'headers', 'bindings', 'traits']),
  };
}

/** What traits add to a message; its own members stand. */
function withTraits(document: JsonObject, message: JsonObject): JsonObject {
  const traits = listAt(message, 'traits').map((trait) => resolved(document, trait, '').value);
  return traits.some(isObject)
    ? { ...Object.fromEntries(traits.filter(isObject).flatMap((trait) => Object.entries(trait))), ...message }
    : message;
}

function operationsOfTwo(document: JsonObject, channel: Member): Operation[] {
  return Object.entries(ACTIONS).flatMap(([verb, action]) => {
    const { value, pointer } = memberOf(document, channel, verb);
    if (!isObject(value)) return [];
    const security = requirements(document, value['security']);
    const rest = restOf(document, { value, pointer }, ['operationId', 'message', 'security', 'traits']);
    return [{ channel: channel.key, action, id: textAt(value, 'operationId') ?? '', pointer, security, rest }];
  });
}

function operationsOfThree(document: JsonObject, root: Placed): Operation[] {
  return membersOf(document, memberOf(document, root, 'operations')).map(({ key, value, pointer }) => {
    const channel = textAt(value['channel'], '$ref')?.split('/').at(-1) ?? '';
    const rest = restOf(document, { value, pointer }, ['action', 'channel', 'security', 'traits']);
    return { channel, action: textAt(value, 'action') ?? '', id: key, pointer, security: requirements(document, value['security']), rest };
  });
}
