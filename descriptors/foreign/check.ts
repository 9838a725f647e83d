import { valueAt } from '../compare/api/document.js';
import { digestOfJson } from '../digest.js';
import { isError, type Finding } from '../finding.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import type { Position, Product } from '../product.js';
import { innerVersion } from '../read/normalise-definition.js';
import { looksRandom } from '../validate/entropy.js';
import { placeOf } from '../validate/index.js';
import { textHoldsSecret } from '../validate/secret-text.js';
import { memoryCache, type VerdictCache } from './cache.js';
import { documentOf } from './document.js';
import { foreignDocuments, type ForeignDocument } from './documents.js';
import type { Fault } from './foreign-finding.js';

/** Raised whenever the same document may be judged otherwise than before: verdicts kept under another number are not read. */
const EDITION = 4;

export interface ForeignCheck {
  /** Where each node of the canonical tree was written; without it findings point into the tree. */
  positions?: ReadonlyMap<string, Position>;
  /** Default: as long as the process lives. */
  cache?: VerdictCache;
  /** What is told of the descriptor already: the same is not told of a document again. */
  told?: readonly Finding[];
}

const processCache = memoryCache();

/**
 * Judges the documents in other languages that the ports of a product bear (AsyncAPI, OpenAPI, Avro, JSON Schema, Protobuf), by the
 * libraries of their languages, loaded when the first such document comes. Findings are at the port, `foreign/<language>`. Fetches
 * nothing; never rejects for what a document holds.
 */
export const checkForeignDocuments = (product: Product, options: ForeignCheck = {}): Promise<Finding[]> =>
  judgeDocuments(foreignDocuments(product as unknown as JsonObject), options);

/** The same for documents that were found already. */
export async function judgeDocuments(
  documents: readonly ForeignDocument[],
  { positions, cache = processCache, told = [] }: ForeignCheck = {},
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const known = new Set(told.filter(isError).map(keyOf));
  // One after the other: the work is the processor's, and the first one loads what the others need.
  for (const document of documents) {
    if (!Object.hasOwn(judges, document.language)) continue;
    const { api, language, definition } = document;
    const isTold = (rule: string, place: string): boolean => known.has(keyOf({ rule, ...placed(api + place, positions) }));
    // Nobody can judge a document whose version nobody says.
    if (isTold('R71', '/specificationVersion') && innerVersion(documentOf(definition)) === undefined) continue;
    const isWithoutChannels = isTold('R71a', CHANNELS);
    for (const { rule, severity = 'error', message, hint, pointer: inside } of await verdictOn(document, cache)) {
      if (isWithoutChannels && isAboutChannels(inside, definition)) continue;
      findings.push({
        rule: rule ?? `foreign/${nameOf(language)}`,
        severity,
        // A document that is written as a text has no places of its own.
        message: typeof definition === 'string' && inside !== '' ? `${inside}: ${message}` : message,
        ...(hint !== undefined && { hint }),
        ...placed(`${api}/definition${typeof definition === 'string' ? '' : inside}`, positions),
      });
    }
  }
  return findings;
}

const CHANNELS = '/definition/channels';

/** True for the channels themselves, missing or of another type: an error of the descriptor (R71a). */
const isAboutChannels = (inside: string, definition: Json): boolean =>
  /^\/channels(\/[^/]+)?$/.test(inside) && !isObject(valueAt(definition, inside));

const keyOf = ({ rule, file, pointer }: Pick<Finding, 'rule' | 'file' | 'pointer'>): string => [rule, file, pointer].join('\n');

const nameOf = (language: string): string => (language === 'json' ? 'json-schema' : language);

/** The nearest place above that was written: what a document lacks was written nowhere. */
function placed(pointer: string, positions: ReadonlyMap<string, Position> | undefined): Pick<Finding, 'pointer' | 'file' | 'line'> {
  return positions ? placeOf(pointer, positions) : { pointer };
}

async function verdictOn({ definition, language }: ForeignDocument, cache: VerdictCache): Promise<Fault[]> {
  const digest = digestOfJson([EDITION, language, definition]);
  const known = await cache.get(digest);
  if (known) return known;
  const faults = (await judge(definition, language)).map(discreet);
  await cache.put(digest, faults);
  return faults;
}

/** Libraries quote what they stumble over: that may be a secret, which is neither told nor kept. */
const discreet = (fault: Fault): Fault =>
  textHoldsSecret(fault.message) || (fault.message.match(/[A-Za-z0-9+_=-]+/g) ?? []).some(looksRandom)
    ? { ...fault, message: 'the document has a fault here; what it says may be a secret and is not repeated' }
    : fault;

type Judge = (definition: Json) => Promise<Fault[]>;

const judges: { [language: string]: () => Promise<Judge> } = {
  asyncapi: async () => documentsOnly((await import('./asyncapi.js')).asyncApiFaults),
  openapi: async () => documentsOnly((await import('./openapi.js')).openApiFaults),
  avro: async () => (await import('./avro.js')).avroFaults,
  json: async () => {
    const { jsonSchemaFaults } = await import('./json-schema.js');
    return (definition) => jsonSchemaFaults(documentOf(definition) ?? definition);
  },
  protobuf: async () => (await import('./protobuf.js')).protobufFaults,
};

const documentsOnly =
  (check: (document: { [key: string]: Json }) => Promise<Fault[]>): Judge =>
  (definition) => {
    const document = documentOf(definition);
    return isObject(document) ? check(document) : Promise.resolve([{ pointer: '', message: 'the document is no object in JSON or YAML' }]);
  };

/** A library that fails on a document says that it could not be judged, no more. */
async function judge(definition: Json, language: string): Promise<Fault[]> {
  try {
    return await (
      await judges[language]!()
    )(definition);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ pointer: '', severity: 'warning', message: `the document could not be checked: ${reason.slice(0, 200)}` }];
  }
}
