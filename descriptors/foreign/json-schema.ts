import type { Ajv as Validator, AnySchema } from 'ajv';
import { isObject, pointerTo, textAt, type Json } from '../json.js';
import { faultsOf } from './ajv-faults.js';
import { relativeFaults } from './references.js';
import type { Fault } from './foreign-finding.js';

/** Judges a JSON Schema by ajv: its form by the meta-schema of its draft, then its references. `document` holds it, where it is a part. */
export async function jsonSchemaFaults(schema: Json, document?: Json): Promise<Fault[]> {
  if (typeof schema === 'boolean') return [];
  if (!isObject(schema)) return [{ pointer: '', message: 'a JSON Schema is an object or a boolean' }];
  const ajv = await validatorFor(textAt(schema, '$schema'));
  if (!ajv) return [{ pointer: '/$schema', message: 'this dialect of JSON Schema is not known here: not checked', severity: 'warning' }];
  const { $schema: _, ...plain } = schema;
  // References into the document around the schema are judged there.
  const isWhole = document === undefined || !JSON.stringify(plain).includes('"$ref"');
  const relative = document === undefined ? relativeFaults(schema) : [];
  if (!(await ajv.validateSchema(plain as AnySchema))) return [...faultsOf(ajv.errors ?? []), ...relative];
  return relative.length === 0 && isWhole ? compileFaults(plain, ajv) : relative;
}

const OPTIONS = { strict: false, allErrors: true, verbose: true, validateFormats: false, logger: false, addUsedSchema: false } as const;
const made = new Map<string, Promise<Validator>>();

async function validatorFor(dialect = 'http://json-schema.org/draft-07/schema'): Promise<Validator | undefined> {
  const [draft] = /draft-0[67]|2019-09|2020-12/.exec(dialect) ?? [];
  if (draft === undefined) return undefined;
  const known = made.get(draft) ?? make(draft);
  made.set(draft, known);
  return known;
}

async function make(draft: string): Promise<Validator> {
  if (draft === '2020-12') return new (await import('ajv/dist/2020.js')).Ajv2020(OPTIONS) as unknown as Validator;
  if (draft === '2019-09') return new (await import('ajv/dist/2019.js')).Ajv2019(OPTIONS) as unknown as Validator;
  return new (await import('ajv')).Ajv(OPTIONS);
}

/** References and patterns show their faults only when they are used. */
function compileFaults(schema: object, ajv: Validator): Fault[] {
  try {
    ajv.compile(schema);
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // What lies elsewhere is not fetched: nobody says that it is wrong.
    if (/can't resolve reference https?:/.test(message)) return [];
    return [{ pointer: patternThatFails(schema as Json) ?? '', message: message.slice(0, 200) }];
  } finally {
    ajv.removeSchema(schema);
  }
}

/** The place of the first pattern that is no regular expression: ajv does not say where it stopped. */
function patternThatFails(schema: Json, pointer = ''): string | undefined {
  if (!isObject(schema) && !Array.isArray(schema)) return undefined;
  const pattern = textAt(schema, 'pattern');
  if (pattern !== undefined && !isPattern(pattern)) return `${pointer}/pattern`;
  for (const [key, inner] of Object.entries(schema) as [string, Json][]) {
    const place = patternThatFails(inner, pointerTo(pointer, key));
    if (place !== undefined) return place;
  }
  return undefined;
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
