import type { ErrorObject } from 'ajv';
import { nearest } from '../nearest.js';
import { isObject, pointerTo, type Json } from '../json.js';
import { MOST_FAULTS, type Fault } from './foreign-finding.js';

/** What only says that something inside failed. */
const SUMMARIES = new Set(['oneOf', 'anyOf', 'if', 'not', 'allOf', 'propertyNames', 'discriminator']);

/**
 * One fault a defect out of what a schema validator says: of alternatives that all failed, the one that was meant (the one with the
 * fewest complaints, and never the Reference where no `$ref` was written); of a place and the places in it, the inner ones.
 */
export function faultsOf(errors: readonly ErrorObject[]): Fault[] {
  const telling = errors.filter((error) => !SUMMARIES.has(error.keyword) && !isAboutReference(error));
  const places = new Map<string, ErrorObject[]>();
  for (const error of telling) places.set(error.instancePath, [...(places.get(error.instancePath) ?? []), error]);
  const deepest = [...places].filter(
    ([place, own]) => own.some(isUnknownKey) || ![...places.keys()].some((other) => other.startsWith(`${place}/`)),
  );
  const faults = deepest.flatMap(([, own]) => meant(own).map(faultOf));
  const once = [...new Map(faults.map((fault) => [`${fault.pointer}\n${fault.message}`, fault])).values()];
  if (once.length === 0 && errors[0]) return [faultOf(errors[0])];
  return once.slice(0, MOST_FAULTS);
}

const isUnknownKey = ({ keyword }: ErrorObject): boolean => keyword === 'additionalProperties' || keyword === 'unevaluatedProperties';

/** The alternative of a reference complains of everything that is not `$ref`. */
const isAboutReference = ({ params, parentSchema }: ErrorObject): boolean =>
  (params as { missingProperty?: string }).missingProperty === '$ref' ||
  (Array.isArray((parentSchema as { required?: unknown } | undefined)?.required) &&
    (parentSchema as { required: unknown[] }).required.includes('$ref'));

/** Complaints about one place come from several alternatives: those of the alternative with the fewest stand. */
function meant(errors: readonly ErrorObject[]): ErrorObject[] {
  const alternatives = new Map<string, ErrorObject[]>();
  for (const error of errors) {
    const alternative = error.schemaPath.slice(0, error.schemaPath.lastIndexOf('/'));
    alternatives.set(alternative, [...(alternatives.get(alternative) ?? []), error]);
  }
  const unknown = [...alternatives.values()].filter((own) => own.some(isUnknownKey));
  if (unknown.length === 0) return errors.slice(0, 1);
  return unknown.reduce((best, own) => (own.length < best.length ? own : best));
}

function faultOf({ instancePath, params, message, keyword, parentSchema }: ErrorObject): Fault {
  const { additionalProperty, unevaluatedProperty, allowedValues, missingProperty } = params as {
    additionalProperty?: string;
    unevaluatedProperty?: string;
    allowedValues?: Json[];
    missingProperty?: string;
  };
  const unknown = additionalProperty ?? unevaluatedProperty;
  if (unknown !== undefined) {
    const known = parentSchema?.['properties'] as Json | undefined;
    const close = nearest(unknown, isObject(known) ? Object.keys(known) : []);
    return {
      pointer: pointerTo(instancePath, unknown),
      message: `${unknown} is not expected here`,
      ...(close !== undefined && { hint: `Did you mean ${close}?` }),
    };
  }
  const values = keyword === 'enum' && allowedValues ? `: ${allowedValues.slice(0, 12).join(', ')}` : '';
  // What is missing is told where it should stand.
  const pointer = keyword === 'required' && missingProperty !== undefined ? pointerTo(instancePath, missingProperty) : instancePath;
  return { pointer, message: `${message ?? 'is not as its specification asks'}${values}` };
}
