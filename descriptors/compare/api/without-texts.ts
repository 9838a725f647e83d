import { isObject, type Json } from '../../json.js';

const TEXTS = ['description', 'title', 'summary', 'doc', 'examples', 'example', 'bindingVersion'];

/** A schema or another part without what only people read, at every level. */
export function withoutTexts(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => withoutTexts(item) ?? null);
  if (!isObject(value)) return value;
  // Below `properties` these are names of fields.
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !TEXTS.includes(key) || (typeof inner === 'object' && inner !== null && !Array.isArray(inner)))
      .map(([key, inner]) => [key, withoutTexts(inner) ?? null]),
  );
}
