import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import { isUrl } from '../bundle/paths.js';
import { isObject, textAt, type Json } from '../json.js';

const load = createRequire(import.meta.url);

/** Longer texts are not taken for documents. */
const LONGEST = 1024 * 1024;

/**
 * The document that a definition is: itself, or what its text says when it is JSON or YAML written as a text.
 * Undefined for a text that is neither: a language of its own, or broken.
 */
export function documentOf(definition: Json | undefined): Json | undefined {
  if (typeof definition !== 'string') return definition;
  if (definition.length > LONGEST) return undefined;
  try {
    if (/^\s*[{[]/.test(definition)) {
      const read = JSON.parse(definition) as Json;
      return isObject(read) ? read : undefined;
    }
    // Loaded when it is needed: most descriptors are JSON.
    const { parse } = load('yaml') as typeof Yaml;
    const read: unknown = parse(definition, { logLevel: 'silent', maxAliasCount: 100 });
    return isObject(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

/** A document on another host that was not read: nothing can be said of what it holds. */
export const isElsewhere = (definition: Json | undefined): boolean =>
  isObject(definition) &&
  ['$href', '$ref'].some((key) => isUrl(textAt(definition, key) ?? '')) &&
  Object.keys(definition).every((key) => ['$href', '$ref', 'description', 'mediaType'].includes(key));
