import { unquoted } from './lexer.js';
import type { InsertStatement, SessionStatement } from './script.js';

/** The name of a table without its catalog and database. */
export const lastPart = (name: string): string => name.split('.').at(-1)!;

/** The options of a table, also those that it takes from another one (LIKE). */
export function optionsOf(statement: SessionStatement, session: SessionStatement[]): Map<string, string> {
  const { table, tokens } = statement;
  if (table?.columns !== undefined || table?.options.has('connector')) return table.options;
  const words = tokens.map((token) => (token.kind === 'word' || token.kind === 'identifier' ? unquoted(token) : ''));
  const like = words.findIndex((word) => word.toUpperCase() === 'LIKE');
  const base = session.find(({ table: other }) => other !== undefined && other.name === words[like + 1]);
  const inherited = like >= 0 && base && base !== statement ? optionsOf(base, session) : new Map<string, string>();
  return new Map([...inherited, ...(table?.options ?? [])]);
}

/** The options that a hint gives to a table where a statement reads it: `name /*+ OPTIONS('option' = 'value') *\/`. */
export function hintedOptions({ tokens }: SessionStatement | InsertStatement, name: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const [at, token] of tokens.entries()) {
    const isRead = (token.kind === 'word' || token.kind === 'identifier') && unquoted(token) === lastPart(name);
    if (!isRead || tokens[at + 1]?.text !== '/*+') continue;
    const end = tokens.findIndex(({ kind, text }, index) => index > at && kind === 'symbol' && text === '*/');
    const hint = tokens.slice(at + 2, end === -1 ? undefined : end);
    for (const [index, key] of hint.entries()) {
      const value = hint[index + 2];
      if (key.kind === 'string' && hint[index + 1]?.text === '=' && value?.kind === 'string') options.set(unquoted(key), unquoted(value));
    }
  }
  return options;
}
