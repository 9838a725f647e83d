/** One line of evidence for people. Policies give objects, e.g. `{"address":"topic a","action":"delete","dataLoss":true}`. */
export function inWords(line: string): string {
  const entry = objectIn(line);
  if (!entry) return line;
  const { action, address, dataLoss, ...more } = entry;
  const rest = Object.entries(more).map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [action, address, ...(dataLoss === true ? ['(data is lost)'] : []), rest.join(', ')].filter(Boolean).join(' ');
}

function objectIn(line: string): { [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { [name: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}
