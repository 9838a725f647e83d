import { lex, unquoted, type Token } from './lexer.js';

/** One statement of a script, still as written. */
export interface Statement {
  tokens: Token[];
  /** From its first to its last token, comments blanked, lines kept. */
  code: string;
  file: string;
  line: number;
}

export interface Fault {
  rule: string;
  message: string;
  hint?: string;
  file: string;
  line: number;
}

/** Splits a file at its `;`. A statement set (`EXECUTE STATEMENT SET BEGIN ... END`) is one statement. Empty ones are dropped. */
export function splitStatements(file: string, source: string): { statements: Statement[]; faults: Fault[] } {
  const { tokens, code, faults } = lex(source);
  const statements: Statement[] = [];
  let open: Token[] = [];
  const close = (): void => {
    const [first, last] = [open[0], open.at(-1)];
    if (first && last) statements.push({ tokens: open, code: code.slice(first.start, last.end), file, line: first.line });
    open = [];
  };
  for (const token of tokens) {
    if (token.text !== ';' || token.kind !== 'symbol') open.push(token);
    else if (isOpenSet(open)) open.push(token);
    else close();
  }
  close();
  return { statements, faults: faults.map(({ message, line }) => ({ rule: 'unreadable', message, file, line })) };
}

/** The keywords that a statement starts with, upper case. */
export const leadingWords = (tokens: Token[], count: number): string =>
  tokens
    .slice(0, count)
    .map((token) => (token.kind === 'word' ? token.text.toUpperCase() : token.text))
    .join(' ');

/** Reads a possibly qualified name (`a.b.c`) that starts at a token: its parts and the index after it. */
export function readName(tokens: Token[], from: number): { parts: string[]; next: number } {
  const parts: string[] = [];
  let next = from;
  for (;;) {
    const token = tokens[next];
    if (!token || (token.kind !== 'word' && token.kind !== 'identifier')) break;
    parts.push(unquoted(token));
    next++;
    if (tokens[next]?.text !== '.') break;
    next++;
  }
  return { parts, next };
}

/** The same for statements that differ in white space and comments only. */
export const normalised = (tokens: Token[]): string => tokens.map(({ text }) => text).join(' ');

export const isStatementSet = (tokens: Token[]): boolean => leadingWords(tokens, 4) === 'EXECUTE STATEMENT SET BEGIN';

/** A set ends with the END that no CASE inside it needs. */
function isOpenSet(tokens: Token[]): boolean {
  if (!isStatementSet(tokens)) return false;
  const count = (word: string): number => tokens.filter(({ kind, text }) => kind === 'word' && text.toUpperCase() === word).length;
  return count('END') <= count('CASE');
}
