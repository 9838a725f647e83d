import { createRequire } from 'node:module';
import type { ValidateFunction } from 'ajv';
import { at, pointerTo, put, stepsOf, textAt, type Json, type JsonObject } from '../json.js';
import { streamsOf } from '../compare/api/asyncapi.js';
import { formatOf } from '../compare/payload/formats.js';
import { faultsOf } from './ajv-faults.js';
import type { Fault } from './foreign-finding.js';
import { avroFaults } from './avro.js';
import { jsonSchemaFaults } from './json-schema.js';
import { protobufFaults } from './protobuf.js';
import { referenceFaults, relativeFaults } from './references.js';

const load = createRequire(import.meta.url);

/** The versions whose official schemas come with `@asyncapi/specs`. */
const VERSIONS = ['2.0.0', '2.1.0', '2.2.0', '2.3.0', '2.4.0', '2.5.0', '2.6.0', '3.0.0', '3.1.0'];
const compiled = new Map<string, Promise<ValidateFunction>>();

/**
 * Judges an AsyncAPI document by the official schema of its version, then by what a schema cannot say, then its payloads by the libraries
 * of their own languages. The field's parser is not used: it fetches what a document refers to, and takes seconds to load.
 */
export async function asyncApiFaults(document: JsonObject): Promise<Fault[]> {
  const stated = at(document, 'asyncapi');
  if (stated !== undefined && typeof stated !== 'string')
    return [{ pointer: '/asyncapi', message: 'asyncapi, the version of the language, must be a text', hint: 'For example "2.6.0".' }];
  const version = stated ?? '';
  if (!VERSIONS.includes(version)) {
    const message =
      version === '' ? 'asyncapi, the version of the language, is missing' : `AsyncAPI ${version} is not known here: not checked`;
    return [{ pointer: version === '' ? '' : '/asyncapi', message, severity: version === '' ? 'error' : 'warning' }];
  }
  const validate = await validatorOf(version);
  const structure = validate(withoutPayloads(document))
    ? []
    : once(faultsOf(validate.errors ?? []).map((fault) => softened(document, fault)));
  return [
    ...structure,
    ...referenceFaults(document),
    ...relativeFaults(document),
    ...operationFaults(document),
    ...(await payloadFaults(document)),
  ];
}

/** Schemas that say nothing, by the language of a payload. */
const NOTHING = { avro: 'string', json: {}, protobuf: '' } as const;

/** A copy whose payloads say nothing: they are judged by their own libraries, and told once. */
function withoutPayloads(document: JsonObject): JsonObject {
  const copy = structuredClone(document);
  for (const { messages } of streamsOf(document).channels)
    for (const message of messages) {
      const { value, pointer } = message.payload;
      const steps = stepsOf(pointer);
      const key = steps.pop();
      const holder = steps.reduce<Json | undefined>((found, step) => (Array.isArray(found) ? found[Number(step)] : at(found, step)), copy);
      if (value !== undefined && key !== undefined && at(holder, key) !== undefined)
        put(holder as JsonObject, key, NOTHING[formatOf(message)]);
    }
  return copy;
}

function validatorOf(version: string): Promise<ValidateFunction> {
  const known = compiled.get(version) ?? compile(version);
  compiled.set(version, known);
  return known;
}

async function compile(version: string): Promise<ValidateFunction> {
  const { Ajv } = await import('ajv');
  const schema = load(`@asyncapi/specs/schemas/${version}.json`) as object;
  // The schemas bring their own meta-schema, and are not written for ajv's strict mode.
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, validateFormats: false, validateSchema: false, meta: false });
  return ajv.compile(schema);
}

const once = (faults: Fault[]): Fault[] => [...new Map(faults.map((fault) => [`${fault.pointer} ${fault.message}`, fault])).values()];

/** Forms found in the field that every reader understands (T16). */
function softened(document: JsonObject, fault: Fault): Fault {
  const [, server] = /^\/servers\/([^/]+)(?:\/(?:connectionString|url))?$/.exec(fault.pointer) ?? [];
  const written = server === undefined ? undefined : at(at(document, 'servers'), server);
  return at(written, 'connectionString') !== undefined && at(written, 'url') === undefined
    ? {
        pointer: `/servers/${server}/connectionString`,
        severity: 'warning',
        message: 'connectionString is read as url',
        hint: 'Write url: AsyncAPI 2.x knows no connectionString.',
      }
    : fault;
}

/** operationId and messageId name one thing each. */
function operationFaults(document: JsonObject): Fault[] {
  if (textAt(document, 'asyncapi')?.startsWith('3')) return [];
  const seen = new Set<string>();
  return streamsOf(document).operations.flatMap(({ id, pointer }) => {
    if (id === '' || !seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [{ pointer: pointerTo(pointer, 'operationId'), message: `operationId ${id} is used twice` }];
  });
}

async function payloadFaults(document: JsonObject): Promise<Fault[]> {
  const found = new Map<string, Fault[]>();
  for (const { messages } of streamsOf(document).channels)
    for (const message of messages) {
      const { value, pointer } = message.payload;
      if (value === undefined || found.has(pointer)) continue;
      found.set(pointer, await schemaFaults(value, formatOf(message), document));
    }
  return [...found].flatMap(([pointer, faults]) => faults.map((fault) => ({ ...fault, pointer: pointer + fault.pointer })));
}

async function schemaFaults(value: Json, format: 'avro' | 'json' | 'protobuf', document: JsonObject): Promise<Fault[]> {
  const rule = `foreign/${format === 'json' ? 'json-schema' : format}`;
  const named = (faults: Fault[]): Fault[] => faults.map((fault) => ({ ...fault, rule }));
  if (format === 'avro') return named(await avroFaults(value));
  if (format === 'protobuf') return named(await protobufFaults(value));
  // The AsyncAPI schema has judged its form; the rest needs the document around it.
  return named(await jsonSchemaFaults(value, document));
}
