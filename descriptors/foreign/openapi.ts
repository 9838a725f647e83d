import { textAt, type JsonObject } from '../json.js';
import { faultsOf } from './ajv-faults.js';
import type { Fault } from './foreign-finding.js';
import { referenceFaults } from './references.js';

/** Judges an OpenAPI document (2.0, 3.x) by the official schema of its version. Fetches nothing. */
export async function openApiFaults(document: JsonObject): Promise<Fault[]> {
  const { Validator } = await import('@seriousme/openapi-schema-validator');
  const version = textAt(document, 'openapi') ?? textAt(document, 'swagger');
  if (version === undefined) return [{ pointer: '', message: 'openapi, the version of the language, is missing' }];
  const [family] = /^\d+\.\d+/.exec(version) ?? [];
  const key = textAt(document, 'openapi') === undefined ? 'swagger' : 'openapi';
  if (family === undefined || !Validator.supportedVersions.has(family))
    return [{ pointer: `/${key}`, message: `OpenAPI ${version.slice(0, 20)} is not known here: not checked`, severity: 'warning' }];
  const dangling = referenceFaults(document);
  if (dangling.length > 0) return dangling;
  const validator = new Validator({ strict: false, verbose: true });
  // The validator resolves references in place: it gets a copy.
  const { valid, errors } = await validator.validate(structuredClone(document));
  if (!valid)
    return Array.isArray(errors) ? faultsOf(errors as Parameters<typeof faultsOf>[0]) : [{ pointer: '', message: String(errors) }];
  try {
    validator.resolveRefs();
    return [];
  } catch (error) {
    return [{ pointer: '', message: error instanceof Error ? error.message : String(error) }];
  }
}
