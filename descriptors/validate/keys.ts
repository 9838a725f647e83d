import { isObject, pointerTo, type JsonObject } from '../json.js';
import { nearest } from '../nearest.js';
import type { Fields } from './fields.js';
import type { Violation } from './rule.js';

/** Longer keys are neither repeated whole nor compared with the known ones. */
export const LONGEST_KEY = 64;

const isUnknown = (key: string, known: readonly string[]): boolean => !known.includes(key) && !key.startsWith('x-');

/** The field that a key is but for the case of its letters, where that field is not there. */
export const otherCase = (value: JsonObject, key: string, known: readonly string[]): string | undefined =>
  key.length > LONGEST_KEY
    ? undefined
    : known.find((field) => field !== key && !Object.hasOwn(value, field) && field.toLowerCase() === key.toLowerCase());

const meantBy = (key: string, known: readonly string[]): string | undefined =>
  key.length <= LONGEST_KEY ? nearest(key, known) : undefined;

/** The unknown key that stands in the place of a field that is not there: a slip of the pen. */
export function misspelt(value: unknown, field: string, known: readonly string[]): string | undefined {
  if (!isObject(value) || Object.hasOwn(value, field)) return undefined;
  return Object.keys(value).find((key) => isUnknown(key, known) && meantBy(key, known) === field);
}

/** A field that must be there and is not, told once: with the key that was probably meant to be it, or by R2 where only the case differs. */
export function* missing(
  { value, pointer, known }: Pick<Fields, 'value' | 'pointer' | 'known'>,
  field: string,
  otherwise: Pick<Violation, 'message' | 'hint'> & { whole?: true },
): Generator<Violation> {
  if (Object.hasOwn(value, field)) return;
  const key = misspelt(value, field, known);
  if (key !== undefined && otherCase(value, key, known) === field) return;
  yield {
    pointer: pointerTo(pointer, field),
    ...otherwise,
    ...(key !== undefined && { hint: `Did you mean ${JSON.stringify(field)} by ${JSON.stringify(key)}?` }),
  };
}

/** Keys that are neither known nor extensions (`x-...`), unless another rule tells them: R2, or that of a field that is required. */
export function* unknownKeys({ value, pointer, known, required, elsewhere = {} }: Fields): Generator<Violation> {
  for (const key of Object.keys(value)) {
    if (!isUnknown(key, known) || otherCase(value, key, known) !== undefined) continue;
    const meant = meantBy(key, known);
    if (meant !== undefined && required.includes(meant) && !Object.hasOwn(value, meant)) continue;
    const place = Object.hasOwn(elsewhere, key) ? elsewhere[key] : undefined;
    yield {
      pointer: pointerTo(pointer, key),
      message: `${JSON.stringify(key.slice(0, LONGEST_KEY))} is no field of this object`,
      hint: place ?? (meant ? `Did you mean ${JSON.stringify(meant)}?` : 'Remove it, or let its name begin with "x-".'),
    };
  }
}

type Check = (value: unknown) => boolean;

const types: { readonly [name: string]: Check } = {
  'a text': (value) => typeof value === 'string',
  'an object': isObject,
};

/** Of a list, what its members are. */
const members: { readonly [name: string]: string } = { 'a list of texts': 'a text', 'a list of objects': 'an object' };

/** Fields that are there with another type than they should have; of a list, the members that are. */
export function* wrongTypes(value: JsonObject, pointer: string, fields: { [type: string]: readonly string[] }): Generator<Violation> {
  for (const [type, keys] of Object.entries(fields))
    for (const key of keys) {
      if (!Object.hasOwn(value, key)) continue;
      const [found, member] = [value[key], members[type]];
      const place = pointerTo(pointer, key);
      if (member === undefined ? !types[type]?.(found) : !Array.isArray(found)) yield { pointer: place, message: `${key} must be ${type}` };
      else if (member !== undefined)
        for (const [index, item] of (found as unknown[]).entries())
          if (!types[member]?.(item)) yield { pointer: pointerTo(place, index), message: `${key} must be ${type}: this is not ${member}` };
    }
}
