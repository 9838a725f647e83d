import { isObject, pointerTo, type JsonObject } from '../json.js';
import { closest } from './formats.js';
import type { Violation } from './rule.js';

/** Keys that are neither known nor extensions (`x-...`). */
export function* unknownKeys(value: unknown, pointer: string, known: readonly string[]): Generator<Violation> {
  if (!isObject(value)) return;
  for (const key of Object.keys(value)) {
    if (known.includes(key) || key.startsWith('x-')) continue;
    const meant = closest(key, known);
    yield {
      pointer: pointerTo(pointer, key),
      message: `${JSON.stringify(key)} is no field of this object`,
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
