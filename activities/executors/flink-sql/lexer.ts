/** One token of Flink SQL. White space and comments are no tokens; hints (`/*+ ... *\/`) are. */
export interface Token {
  /** `identifier`: in back-quotes; `string`: in single quotes; `word`: keyword, bare identifier or number. */
  kind: 'word' | 'identifier' | 'string' | 'symbol';
  /** As written, quotes included. */
  text: string;
  /** Offset of the first character in the source. */
  start: number;
  /** Offset after the last character. */
  end: number;
  /** First line is 1. */
  line: number;
  /** First column is 1. */
  column: number;
}

export interface LexFault {
  message: string;
  line: number;
  column: number;
}

export interface Lexed {
  tokens: Token[];
  /** The source with every comment blanked and all positions kept: what is sent to the server. */
  code: string;
  faults: LexFault[];
}

const WORD_START = /[\p{L}\p{N}_$]/u;
const LINE_BREAK = /\r\n|\r|\n/g;

/** Cuts a script into tokens; never throws: what is not closed becomes a fault at the place where it was opened. */
export function lex(source: string): Lexed {
  const tokens: Token[] = [];
  const faults: LexFault[] = [];
  let code = '';
  const position = positions(source);
  let at = source.startsWith('\uFEFF') ? 1 : 0;
  code += ' '.repeat(at);

  const take = (kind: Token['kind'], end: number): void => {
    tokens.push({ kind, text: source.slice(at, end), start: at, end, ...position(at) });
    code += source.slice(at, end);
    at = end;
  };
  const skip = (end: number): void => {
    code += source.slice(at, end).replace(/[^\r\n]/g, ' ');
    at = end;
  };
  /** End of something quoted, whose quote is doubled to stand for itself. */
  const quoted = (quote: string, what: string): number => {
    for (let from = at + 1; ;) {
      const close = source.indexOf(quote, from);
      if (close === -1) {
        faults.push({ message: `${what} is not closed`, ...position(at) });
        return source.length;
      }
      if (source[close + 1] !== quote) return close + 1;
      from = close + 2;
    }
  };

  while (at < source.length) {
    const char = source[at]!;
    const pair = source.slice(at, at + 2);
    if (/\s/.test(char)) skip(at + 1);
    else if (pair === '--' || pair === '//') {
      const length = source.slice(at).search(/[\r\n]/);
      skip(length === -1 ? source.length : at + length);
    } else if (source.startsWith('/*+', at)) take('symbol', at + 3);
    else if (pair === '*/') take('symbol', at + 2);
    else if (pair === '/*') {
      const close = source.indexOf('*/', at + 2);
      if (close === -1) faults.push({ message: 'comment is not closed', ...position(at) });
      skip(close === -1 ? source.length : close + 2);
    } else if (char === "'") take('string', quoted("'", 'string'));
    else if (char === '`') take('identifier', quoted('`', 'identifier'));
    else if (char === '"') {
      faults.push({
        message: 'double quotes have no meaning in Flink SQL: strings take single quotes, identifiers back-quotes',
        ...position(at),
      });
      take('symbol', quoted('"', 'double-quoted text'));
    } else if (WORD_START.test(String.fromCodePoint(source.codePointAt(at)!))) {
      take('word', at + wordLength(source, at));
    } else take('symbol', at + (source.codePointAt(at)! > 0xffff ? 2 : 1));
  }
  return { tokens, code, faults };
}

function wordLength(source: string, at: number): number {
  const word = /[\p{L}\p{N}_$]+/uy;
  word.lastIndex = at;
  return word.exec(source)?.[0].length ?? 1;
}

/** What a quoted token means, without its quotes. */
export function unquoted(token: Token): string {
  if (token.kind !== 'string' && token.kind !== 'identifier') return token.text;
  const quote = token.text[0]!;
  return token.text.slice(1, -1).replaceAll(quote + quote, quote);
}

/** A text as a string literal: nothing in it can end the literal. */
export const stringLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Line and column of an offset; asked in ascending order, so each line is counted once. */
function positions(source: string): (offset: number) => { line: number; column: number } {
  const starts = [0, ...[...source.matchAll(LINE_BREAK)].map((match) => match.index + match[0].length)];
  let line = 0;
  return (offset) => {
    if (starts[line]! > offset) line = 0;
    while (line + 1 < starts.length && starts[line + 1]! <= offset) line++;
    return { line: line + 1, column: offset - starts[line]! + (line === 0 && source.startsWith('\uFEFF') ? 0 : 1) };
  };
}
