import { isObject, pointerTo, textAt, type Json, type JsonObject } from '../json.js';
import { valueAt } from '../compare/api/document.js';
import type { Fault } from './foreign-finding.js';

/** References inside of the document that lead nowhere. What lies elsewhere is not fetched. */
export function referenceFaults(document: JsonObject): Fault[] {
  const found: Fault[] = [];
  const visit = (value: Json, pointer: string): void => {
    if (Array.isArray(value)) return value.forEach((item, index) => visit(item, pointerTo(pointer, index)));
    if (!isObject(value)) return;
    const reference = value['$ref'];
    if (typeof reference === 'string' && reference.startsWith('#/') && valueAt(document, decoded(reference.slice(1))) === undefined)
      found.push({ pointer: pointerTo(pointer, '$ref'), message: `there is nothing at ${reference}` });
    for (const [key, inner] of Object.entries(value)) {
      // Payloads have roots of their own.
      if (key !== 'payload' && key !== 'examples') visit(inner, pointerTo(pointer, key));
      else if (textAt(inner, '$ref') !== undefined) visit(inner, pointerTo(pointer, key));
    }
  };
  visit(document, '');
  return found;
}

const decoded = (pointer: string): string => {
  try {
    return decodeURIComponent(pointer);
  } catch {
    return pointer;
  }
};
