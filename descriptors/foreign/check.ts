import { digestOfJson } from '../digest.js';
import type { Finding } from '../finding.js';
import { isObject, type Json } from '../json.js';
import { languageOf } from '../compare/api/language.js';
import { portLists, type Position, type Product, type StandardDefinition } from '../product.js';
import { placeOf } from '../validate/index.js';
import { memoryCache, type VerdictCache } from './cache.js';
import { documentOf, isElsewhere } from './document.js';
import type { Fault } from './foreign-finding.js';

/** Raised whenever the same document may be judged otherwise than before: verdicts kept under another number are not read. */
const EDITION = 2;

export interface ForeignCheck {
  /** Where each node of the canonical tree was written; without it findings point into the tree. */
  positions?: ReadonlyMap<string, Position>;
  /** Default: as long as the process lives. */
  cache?: VerdictCache;
}

const processCache = memoryCache();

/**
 * Judges the documents in other languages that the ports of a product bear (AsyncAPI, OpenAPI, Avro, JSON Schema, Protobuf), by the
 * libraries of their languages, loaded when the first such document comes. Findings are at the port, `foreign/<language>`. Fetches
 * nothing; never rejects for what a document holds.
 */
export async function checkForeignDocuments(product: Product, { positions, cache = processCache }: ForeignCheck = {}): Promise<Finding[]> {
  const documents = portLists.flatMap((list) =>
    product.interfaceComponents[list].flatMap((port, index) => {
      const api = port.promises?.api;
      const language = api && languageOf(api);
      const pointer = `/interfaceComponents/${list}/${index}/promises/api/definition`;
      return api && language !== undefined && Object.hasOwn(judges, language) && !isElsewhere(api.definition)
        ? [{ api, language, pointer }]
        : [];
    }),
  );
  const findings: Finding[] = [];
  // One after the other: the work is the processor's, and the first one loads what the others need.
  for (const { api, language, pointer } of documents)
    for (const { rule, severity = 'error', message, hint, pointer: inside } of await verdictOn(api, language, cache))
      findings.push({
        rule: rule ?? `foreign/${nameOf(language)}`,
        severity,
        // A document that is written as a text has no places of its own.
        message: typeof api.definition === 'string' && inside !== '' ? `${inside}: ${message}` : message,
        ...(hint !== undefined && { hint }),
        ...placed(typeof api.definition === 'string' ? pointer : pointer + inside, positions),
      });
  return findings;
}

const nameOf = (language: string): string => (language === 'json' ? 'json-schema' : language);

/** The nearest place above that was written: what a document lacks was written nowhere. */
function placed(pointer: string, positions: ReadonlyMap<string, Position> | undefined): Pick<Finding, 'pointer' | 'file' | 'line'> {
  return positions ? placeOf(pointer, positions) : { pointer };
}

async function verdictOn({ definition }: StandardDefinition, language: string, cache: VerdictCache): Promise<Fault[]> {
  const digest = digestOfJson([EDITION, language, definition]);
  const known = await cache.get(digest);
  if (known) return known;
  const faults = await judge(definition, language);
  await cache.put(digest, faults);
  return faults;
}

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
