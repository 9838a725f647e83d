import { at, isObject, pointerTo, stepsOf, textAt, type Json, type JsonObject } from '../../json.js';

/** A value of a document and where it stands in it, behind whatever references. */
export interface Placed {
  value: Json | undefined;
  /** JSON Pointer into the document. */
  pointer: string;
}

/** More hops than any document needs: a circle ends as nothing. */
const MAX_HOPS = 16;

/** What a local reference of the document means; other values are returned as they are. */
export function resolved(document: JsonObject, value: Json | undefined, pointer: string): Placed {
  let current: Placed = { value, pointer };
  for (let hops = 0; hops < MAX_HOPS; hops++) {
    const reference = textAt(current.value, '$ref');
    if (reference === undefined) return current;
    if (!reference.startsWith('#/')) return { value: undefined, pointer: current.pointer };
    current = { value: valueAt(document, reference.slice(1)), pointer: reference.slice(1) };
  }
  return { value: undefined, pointer };
}

/** The value at a JSON Pointer, also through lists. */
export function valueAt(document: Json, pointer: string): Json | undefined {
  let found: Json | undefined = document;
  for (const step of stepsOf(pointer)) found = Array.isArray(found) ? found[Number(step)] : at(found, step);
  return found;
}

/** The members of an object, each behind its references. */
export function membersOf(document: JsonObject, holder: Placed): { key: string; value: JsonObject; pointer: string }[] {
  if (!isObject(holder.value)) return [];
  return Object.keys(holder.value).flatMap((key) => {
    const { value, pointer } = resolved(document, at(holder.value, key), pointerTo(holder.pointer, key));
    return isObject(value) ? [{ key, value, pointer }] : [];
  });
}

/** A member of an object, behind its references. */
export const memberOf = (document: JsonObject, holder: Placed, key: string): Placed =>
  resolved(document, at(holder.value, key), pointerTo(holder.pointer, key));
