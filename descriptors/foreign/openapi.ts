import { textAt, type JsonObject } from '../json.js';
import { faultsOf } from './ajv-faults.js';
import type { Fault } from './foreign-finding.js';
import { referenceFaults, relativeFaults } from './references.js';

/** Judges an OpenAPI document (2.0, 3.x) by the official schema of its version. Fetches nothing. */
export async function openApiFaults(document: JsonObject): Promise<Fault[]> {
  const { Validator } = await import('@seriousme/openapi-schema-validator');
  const version = textAt(document, 'openapi') ?? textAt(document, 'swagger');
  if (version === undefined) return [{ pointer: '', message: 'openapi, the version of the language, is missing' }];
  const [family] = /^\d+\.\d+/.exec(version) ?? [];
  const key = textAt(document, 'openapi') === undefined ? 'swagger' : 'openapi';
  if (family === undefined || !Validator.supportedVersions.has(family))
    return [{ pointer: `/${key}`, message: `OpenAPI ${version.slice(0, 20)} is not known here: not checked`, severity: 'warning' }];
  const dangling = [...referenceFaults(document), ...relativeFaults(document)];
  const validator = new Validator({ strict: false, verbose: true });
  const { valid, errors } = await validator.validate(structuredClone(document));
  if (valid) return dangling;
  if (Array.isArray(errors)) return [...faultsOf(errors as Parameters<typeof faultsOf>[0]), ...dangling];
  // The form is right and a reference is not; what lies on another host is not fetched, and nobody says that it is wrong.
  const message = String(errors);
  return dangling.length > 0 || /only internal refs are supported/.test(message) ? dangling : [{ pointer: '', message }];
}
