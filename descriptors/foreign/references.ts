import { isUrl } from '../bundle/paths.js';
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

/** Below these stands data, in which `$ref` is a mere name. */
const DATA: ReadonlySet<string> = new Set(['example', 'examples', 'default', 'const', 'enum']);

/**
 * References by a relative path. In documents behind a reference of the descriptor they were followed when it was read; what is left stands
 * inline, where nothing is touched (R75).
 */
export function relativeFaults(document: Json): Fault[] {
  const found: Fault[] = [];
  const visit = (value: Json, pointer: string): void => {
    if (Array.isArray(value)) return value.forEach((item, index) => visit(item, pointerTo(pointer, index)));
    // A schema with an address of its own says itself what its references are relative to.
    if (!isObject(value) || (pointer !== '' && textAt(value, '$id') !== undefined)) return;
    const reference = textAt(value, '$ref');
    if (reference !== undefined && reference !== '' && !reference.startsWith('#') && !isUrl(reference))
      found.push({
        pointer: pointerTo(pointer, '$ref'),
        message: 'a reference to another file is not followed inside of an inline document',
        hint: 'Put the document into a file of its own and refer to it by $ref: from there it is followed. Or write the part here.',
      });
    for (const [key, inner] of Object.entries(value)) if (!DATA.has(key)) visit(inner, pointerTo(pointer, key));
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
