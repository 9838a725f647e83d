import { isDeepStrictEqual } from 'node:util';
import type * as Yaml from 'yaml';
import type { Node } from 'yaml';
import { at, type Json } from '../json.js';

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * A value of a YAML document as JSON, as much as may be in the characters of the document: what is written as JSON stays to the byte, and so
 * do numbers, which JSON would round, and quoted texts. Blocks are written as JSON.
 */
export function verbatim(node: Node | null, value: Json, text: string, is: typeof Yaml, isTried = false): string {
  const written = node?.range ? text.slice(node.range[0], node.range[1]) : '';
  if (typeof value === 'number') return NUMBER.test(written) && Number(written) === value ? written : JSON.stringify(value);
  if (typeof value !== 'object' || value === null)
    return written.startsWith('"') && means(written, value) ? written : JSON.stringify(value);
  const isFlow = /^[[{]/.test(written);
  if (isFlow && !isTried && means(written, value)) return written;
  const inside = (inner: Node | null, member: Json | undefined): string => verbatim(inner, member ?? null, text, is, isTried || isFlow);
  if (is.isSeq(node) && Array.isArray(value)) return `[${node.items.map((item, index) => inside(item as Node, value[index])).join(', ')}]`;
  if (is.isMap(node)) {
    const members = node.items.map((pair) => {
      const key = is.isScalar(pair.key) ? String(pair.key.value) : '';
      return `${JSON.stringify(key)}: ${inside(pair.value as Node | null, at(value, key))}`;
    });
    return `{${members.join(', ')}}`;
  }
  // What an alias repeats.
  return JSON.stringify(value);
}

/** True for JSON that says this value. */
function means(written: string, value: Json): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(written), value);
  } catch {
    return false;
  }
}
