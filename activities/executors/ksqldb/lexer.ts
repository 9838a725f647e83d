/** Tokens of ksqlDB's SQL, each with its place in the script. Comments and white space are dropped. */
export interface Token {
  /** `quoted`: an identifier in back-quotes or double quotes; `variable`: `${name}`, substituted by the server. */
  type: 'word' | 'string' | 'quoted' | 'number' | 'variable' | 'symbol' | 'illegal';
  /** As written. */
  text: string;
  /** Offset of the first character. */
  start: number;
  /** Offset behind the last character. */
  end: number;
}

const patterns: [Token['type'] | 'skip', RegExp][] = [
  // The server's grammar takes a bare `--` together with the line break, and so drops the line that follows. Here a
  // comment ends where its author sees it end; the text that is sent holds no comment any more.
  ['skip', /--[^\r\n]*/y],
  ['skip', /\/\*[\s\S]*?\*\//y],
  ['skip', /[ \t\r\n]+/y],
  ['string', /'(?:[^']|'')*'/y],
  ['quoted', /"(?:[^"]|"")*"|`(?:[^`]|``)*`/y],
  ['variable', /\$\$?\{[^}]*\}/y],
  ['number', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ['word', /[A-Za-z_@][A-Za-z0-9_@]*/y],
  ['symbol', /(?!\/\*)(?:<>|!=|<=|>=|->|=>|\|\||[;,.()[\]{}<>=+\-*/%:?])/y],
];

/**
 * Splits a script into tokens. Never throws: what the server would not understand (an unclosed string, a no-break
 * space, a form feed) becomes a token of type `illegal`. A byte order mark at the very start is skipped.
 */
export const tokens = (script: string): Token[] => {
  const found: Token[] = [];
  let at = script.startsWith('\uFEFF') ? 1 : 0;
  scan: while (at < script.length) {
    for (const [type, pattern] of patterns) {
      pattern.lastIndex = at;
      const text = pattern.exec(script)?.[0];
      if (text === undefined) continue;
      if (type !== 'skip') found.push({ type, text, start: at, end: at + text.length });
      at += text.length;
      continue scan;
    }
    const open = script.startsWith('/*', at) || ["'", '"', '`'].includes(script[at] ?? '');
    const end = open ? script.length : at + (script.codePointAt(at)! > 0xffff ? 2 : 1);
    found.push({ type: 'illegal', text: script.slice(at, end), start: at, end });
    at = end;
  }
  return found;
};

/** Line and column of an offset; both start at 1. */
export const position = (script: string, offset: number): { line: number; column: number } => {
  const before = script.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
};

/** The name that the server makes of an identifier: unquoted ones are upper-cased, quoted ones keep their case. */
export const identifier = (token: Token): string =>
  token.type === 'quoted' ? token.text.slice(1, -1).replaceAll(token.text[0]!.repeat(2), token.text[0]!) : token.text.toUpperCase();

/** The value of a string literal. */
export const literal = (token: Token): string => token.text.slice(1, -1).replaceAll("''", "'");

/** True when the token is this keyword (keywords know no case). */
export const isWord = (token: Token | undefined, ...keywords: string[]): boolean =>
  token?.type === 'word' && keywords.includes(token.text.toUpperCase());
