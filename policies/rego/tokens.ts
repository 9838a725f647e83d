/** One word or sign of a Rego module. */
export interface Token {
  kind: 'name' | 'text' | 'sign';
  /** Of a text: what it says, without quotes and escapes. */
  value: string;
  /** Offsets of its first character, and of the one behind its last. */
  from: number;
  to: number;
  /** From 1. */
  line: number;
}

/** What no reader of Rego would take. */
export class UnreadableRego extends Error {
  override readonly name = 'UnreadableRego';
}

const BLANK = /(?:[ \t\r\n]|#[^\n]*)+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const TEXT = /"(?:[^"\\\n]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y;
const RAW_TEXT = /`[^`]*`/y;
/** Of a text with expressions inside, the rest up to its end or to the next expression. */
const TEMPLATE = /(?:[^"\\\n{]|\\(?:["\\/bfnrt{]|u[0-9A-Fa-f]{4}))*(["{])/y;
const RAW_TEMPLATE = /(?:[^`\\{]|\\\{|\\(?!\{))*([`{])/y;

/**
 * The words and signs of a module, without comments and blanks, in their order: as OPA's own scanner (v1/ast/internal/scanner) tells them
 * apart. Expressions inside of texts (`$"... {input.x}"`) are read as what they are. Stricter than OPA where that is in doubt: what is
 * taken for a text here is never code there. Throws `UnreadableRego` with the line.
 */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  /** Of each expression inside of a text that is open: its kind of text, and how many braces are open in it. */
  const inside: { rest: RegExp; braces: number }[] = [];
  let at = 0;
  let line = 1;

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    if (found === undefined) return undefined;
    at += found.length;
    line += found.split('\n').length - 1;
    return found;
  };
  const unreadable = (cause?: unknown): UnreadableRego =>
    new UnreadableRego(`line ${line}: a text does not end, or holds what no text may hold`, { cause });
  const template = (rest: RegExp): void => {
    const part = take(rest);
    if (part === undefined) throw unreadable();
    if (part.endsWith('{')) inside.push({ rest, braces: 0 });
  };

  while (at < source.length) {
    if (take(BLANK) !== undefined) continue;
    const [from, begins] = [at, line];
    const add = (kind: Token['kind'], value: string): void => void tokens.push({ kind, value, from, to: at, line: begins });
    const name = take(NAME);
    if (name !== undefined) {
      add('name', name);
      continue;
    }
    const text = take(TEXT) ?? take(RAW_TEXT);
    if (text !== undefined) {
      try {
        add('text', text.startsWith('"') ? (JSON.parse(text) as string) : text.slice(1, -1));
      } catch (cause) {
        throw unreadable(cause);
      }
      continue;
    }
    const sign = source[at]!;
    if (sign === '"' || sign === '`') throw unreadable();
    if (take(/\$["`]/y) !== undefined) {
      template(source[at - 1] === '"' ? TEMPLATE : RAW_TEMPLATE);
      add('sign', '$');
      continue;
    }
    at += 1;
    const open = inside.at(-1);
    if (open && sign === '{') open.braces += 1;
    if (open && sign === '}' && open.braces-- === 0) {
      inside.pop();
      template(open.rest);
    }
    add('sign', sign);
  }
  if (inside.length > 0) throw new UnreadableRego(`line ${line}: an expression inside of a text does not end`);
  return tokens;
}

/** A name and what is reached through it, e.g. `http.send` or `http["send"]`. */
export interface Reference {
  path: string[];
  line: number;
  /** Offsets in the source. */
  from: number;
  to: number;
}

/** Every reference from its first name on, as far as it is written out. */
export function referencesOf(tokens: Token[]): Reference[] {
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'name' || isSign(tokens[index - 1], '.')) return [];
    return referenceAt(tokens, index);
  });
}

/** The reference whose first name is the token at `index`. */
export function referenceAt(tokens: Token[], index: number): Reference {
  const first = tokens[index]!;
  const path = [first.value];
  let last = first;
  for (let next = index + 1; ;) {
    const [one, two, three] = tokens.slice(next, next + 3);
    if (isSign(one, '.') && two?.kind === 'name') {
      next += 2;
      last = two;
      path.push(two.value);
    } else if (isSign(one, '[') && two?.kind === 'text' && isSign(three, ']')) {
      next += 3;
      last = three!;
      path.push(two.value);
    } else return { path, line: first.line, from: first.from, to: last.to };
  }
}

const isSign = (token: Token | undefined, sign: string): boolean => token?.kind === 'sign' && token.value === sign;
