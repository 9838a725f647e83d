import { unquoted, type Token } from './lexer.js';
import { readName } from './statement.js';

/** What a `CREATE TEMPORARY TABLE` says, as far as Steward has to know. */
export interface TableDefinition {
  name: string;
  /** Physical columns in their order; `undefined` when they come from another table (`LIKE`). */
  columns?: string[];
  primaryKey: string[];
  options: Map<string, string>;
  /** Offset of the parenthesis that closes `WITH (`, where an option can be added. */
  optionsEnd?: number;
}

const CONSTRAINTS = new Set(['PRIMARY', 'CONSTRAINT', 'WATERMARK', 'UNIQUE']);

/** Reads a definition whose name starts at token `at`. Tolerant: what it does not understand is left to the server. */
export function readTable(tokens: Token[], at: number): TableDefinition {
  const { parts, next } = readName(tokens, at);
  const table: TableDefinition = { name: parts.join('.'), primaryKey: [], options: new Map() };
  let rest = next;
  if (tokens[next]?.text === '(') {
    rest = closing(tokens, next) + 1;
    const items = splitItems(tokens.slice(next + 1, rest - 1));
    table.columns = items.filter(isPhysical).map((item) => unquoted(item[0]!));
    table.primaryKey = items.flatMap(primaryKeyOf);
  }
  const words = tokens.slice(rest).map(({ kind, text }) => (kind === 'word' ? text.toUpperCase() : ''));
  if (words.includes('LIKE')) delete table.columns;
  const open = words.indexOf('WITH') + rest + 1;
  if (words.includes('WITH') && tokens[open]?.text === '(') {
    const end = closing(tokens, open);
    for (const [key, equals, value] of splitItems(tokens.slice(open + 1, end)))
      if (key?.kind === 'string' && equals?.text === '=' && value?.kind === 'string') table.options.set(unquoted(key), unquoted(value));
    if (tokens[end]) table.optionsEnd = tokens[end].start;
  }
  return table;
}

/** Index of the parenthesis that closes the one at `open`; the last token when there is none. */
function closing(tokens: Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    const { kind, text } = tokens[index]!;
    if (kind !== 'symbol') continue;
    if (text === '(') depth++;
    if (text === ')' && --depth === 0) return index;
  }
  return tokens.length;
}

/** Types that take arguments; anywhere else `<` and `>` compare. */
const NESTING = new Set(['ARRAY', 'MAP', 'MULTISET', 'ROW', 'RAW', 'STRUCTURED']);

/** Cut at the commas that stand in no parenthesis and in no type argument (`MAP<STRING, INT>`). */
function splitItems(tokens: Token[]): Token[][] {
  const items: Token[][] = [[]];
  let depth = 0;
  let types = 0;
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'symbol') {
      if (token.text === '(') depth++;
      if (token.text === ')') depth--;
      if (token.text === '<' && NESTING.has(tokens[at - 1]?.text.toUpperCase() ?? '')) types++;
      else if (token.text === '>' && types > 0) types--;
      if (token.text === ',' && depth === 0 && types === 0) {
        items.push([]);
        continue;
      }
    }
    items.at(-1)!.push(token);
  }
  return items.filter((item) => item.length > 0);
}

function isPhysical(item: Token[]): boolean {
  const [name, type] = item;
  if (!name || (name.kind === 'word' && CONSTRAINTS.has(name.text.toUpperCase()))) return false;
  const isComputed = type?.kind === 'word' && type.text.toUpperCase() === 'AS';
  return !isComputed && !item.some(({ kind, text }) => kind === 'word' && text.toUpperCase() === 'METADATA');
}

function primaryKeyOf(item: Token[]): string[] {
  const at = item.findIndex(
    ({ kind, text }, index) => kind === 'word' && text.toUpperCase() === 'PRIMARY' && item[index + 1]?.text.toUpperCase() === 'KEY',
  );
  if (at === -1) return [];
  if (item[at + 2]?.text !== '(') return item[0]!.kind === 'word' && at === 0 ? [] : [unquoted(item[0]!)];
  return item
    .slice(at + 3, closing(item, at + 2))
    .filter(({ kind }) => kind !== 'symbol')
    .map(unquoted);
}
