import { isObject, pointerTo, type JsonObject } from '../json.js';
import { nearest } from '../nearest.js';
import type { Violation } from './rule.js';

/** Longer keys are neither repeated whole nor compared with the known ones. */
export const LONGEST_KEY = 64;

/** Keys that are neither known nor extensions (`x-...`). */
export function* unknownKeys(value: unknown, pointer: string, known: readonly string[]): Generator<Violation> {
  if (!isObject(value)) return;
  for (const key of Object.keys(value)) {
    if (known.includes(key) || key.startsWith('x-')) continue;
    const meant = key.length <= LONGEST_KEY ? nearest(key, known) : undefined;
    yield {
      pointer: pointerTo(pointer, key),
      message: `${JSON.stringify(key.slice(0, LONGEST_KEY))} is no field of this object`,
      hint: meant ? `Did you mean ${JSON.stringify(meant)}?` : 'Remove it, or let its name begin with "x-".',
    };
  }
}

type Check = (value: unknown) => boolean;

export const types: { readonly [name: string]: Check } = {
  text: (value) => typeof value === 'string',
  object: isObject,
  list: Array.isArray,
  'list of texts': (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  'list of objects': (value) => Array.isArray(value) && value.every(isObject),
};

/** Fields that are there with another type than they should have. */
export function* wrongTypes(value: JsonObject, pointer: string, fields: { [type: string]: readonly string[] }): Generator<Violation> {
  for (const [type, keys] of Object.entries(fields))
    for (const key of keys)
      if (Object.hasOwn(value, key) && !types[type]?.(value[key]))
        yield { pointer: pointerTo(pointer, key), message: `${key} must be a ${type}` };
}
