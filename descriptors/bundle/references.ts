import { parse } from 'yaml';

/** What a document of JSON or YAML refers to by the keys given. A document that cannot be parsed refers to nothing: reading it will tell. */
export function referencesOf(text: string, keys: readonly string[] = ['$ref', '$href']): string[] {
  let document: unknown;
  try {
    document = parse(text, { logLevel: 'silent', maxAliasCount: 100 });
  } catch {
    return [];
  }
  const found: string[] = [];
  const open: unknown[] = [document];
  const seen = new Set<object>();
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const [key, inner] of Object.entries(value)) {
      if (keys.includes(key) && typeof inner === 'string') found.push(inner);
      else open.push(inner);
    }
  }
  return found;
}
