import { nowhere, parseText } from '../text/index.js';

/** A key may be written with escapes, too. */
const MAY_REFER = /\$h?ref|\\[uUx]/;

/** What a document of JSON or YAML refers to by the keys given. A document that cannot be parsed refers to nothing: reading it will tell. */
export function referencesOf(file: string, bytes: Uint8Array, keys: readonly string[] = ['$ref', '$href']): string[] {
  if (!MAY_REFER.test(new TextDecoder().decode(bytes))) return [];
  const document: unknown = parseText(file, bytes, nowhere).value;
  const found: string[] = [];
  const open: unknown[] = [document];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (keys.includes(key) && typeof inner === 'string') found.push(inner);
      else open.push(inner);
    }
  }
  return found;
}
