import { pointerTo, put, type Json, type JsonObject } from '../json.js';
import { MAX_NESTING, MAX_NODES } from './limits.js';
import type { Places } from './places.js';
import { Refused } from './refused.js';

/**
 * Reads JSON (RFC 8259) as `JSON.parse` does, and keeps where everything stood. Refuses a key that stands twice (R3), a number that no
 * program can carry, and what is nested too deeply. Throws `Refused`.
 */
export const readJson = (file: string, text: string, places: Places): { value: Json; nodes: number } =>
  new Reader(file, text, places).run();

const WHITE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// eslint-disable-next-line no-control-regex -- these are what JSON does not allow inside of a text
const CONTROL = /[\u0000-\u001f]/;
const WORDS = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class Reader {
  private at = 0;
  private line = 1;
  /** The first end of a line that is not counted yet; -1 when there is none. */
  private nextBreak: number;
  private nodes = 0;

  constructor(
    private readonly file: string,
    private readonly text: string,
    private readonly places: Places,
  ) {
    this.nextBreak = text.indexOf('\n');
  }

  run(): { value: Json; nodes: number } {
    const value = this.value('', 0);
    this.white();
    if (this.at < this.text.length) throw this.syntax('something stands behind its end');
    return { value, nodes: this.nodes };
  }

  private value(pointer: string, depth: number): Json {
    this.white();
    const line = this.lineHere();
    if (depth > MAX_NESTING) throw new Refused('R107', `${this.file} is nested more than ${MAX_NESTING} levels deep`, line, pointer);
    if (++this.nodes > MAX_NODES) throw new Refused('R107', `${this.file} has more than ${MAX_NODES} nodes`, line, pointer);
    switch (this.text[this.at]) {
      case '{':
        return this.object(pointer, depth, line);
      case '[':
        return this.list(pointer, depth, line);
      case '"':
        return this.string();
      default:
        return this.word(pointer, line);
    }
  }

  private object(pointer: string, depth: number, line: number): Json {
    const made: JsonObject = {};
    const lines = new Map<string, number>();
    let written: Map<string, string> | undefined;
    this.at++;
    for (let isFirst = true; !this.ends('}', isFirst); isFirst = false) {
      if (this.text[this.at] !== '"') throw this.syntax('a key in double quotation marks is expected');
      const keyLine = this.lineHere();
      const key = this.string();
      const place = pointerTo(pointer, key);
      if (lines.has(key)) throw new Refused('R3', `${this.file} cannot be read: a key stands twice in one object`, keyLine, place);
      lines.set(key, keyLine);
      this.white();
      if (this.text[this.at] !== ':') throw this.syntax('a colon is expected behind the key');
      this.at++;
      this.white();
      const from = this.at;
      put(made, key, this.value(place, depth + 1));
      if (key.startsWith('x-')) (written ??= new Map()).set(key, this.text.slice(from, this.at));
    }
    this.places.set(made, { file: this.file, pointer, line }, lines, written);
    return made;
  }

  private list(pointer: string, depth: number, line: number): Json {
    const made: Json[] = [];
    const lines: number[] = [];
    this.at++;
    for (let isFirst = true; !this.ends(']', isFirst); isFirst = false) {
      lines.push(this.lineHere());
      made.push(this.value(pointerTo(pointer, made.length), depth + 1));
    }
    this.places.set(made, { file: this.file, pointer, line }, lines);
    return made;
  }

  /** At the next member (false) or behind the end of the object or list (true). */
  private ends(close: '}' | ']', isFirst: boolean): boolean {
    this.white();
    const here = this.text[this.at];
    if (here === close) {
      this.at++;
      return true;
    }
    if (isFirst) return false;
    if (here !== ',') throw this.syntax(`a comma or ${close} is expected`);
    this.at++;
    this.white();
    if (this.text[this.at] === close) throw this.syntax(`a comma stands before ${close}`);
    return false;
  }

  private string(): string {
    const from = this.at;
    let to = from;
    do to = this.text.indexOf('"', to + 1);
    while (to > 0 && this.isEscaped(to));
    if (to < 0) throw this.syntax('a text is not closed');
    const inside = this.text.slice(from + 1, to);
    this.at = to + 1;
    if (CONTROL.test(inside)) throw this.syntax('a text holds a line break or another control character', from);
    if (!inside.includes('\\')) return inside;
    try {
      return JSON.parse(this.text.slice(from, to + 1)) as string;
    } catch {
      throw this.syntax('a text holds a wrong escape', from);
    }
  }

  /** True when an odd number of backslashes stands before. */
  private isEscaped(quote: number): boolean {
    let from = quote;
    while (this.text[from - 1] === '\\') from--;
    return (quote - from) % 2 === 1;
  }

  private word(pointer: string, line: number): Json {
    NUMBER.lastIndex = this.at;
    const number = NUMBER.exec(this.text)?.[0];
    if (number !== undefined) {
      this.at += number.length;
      const value = Number(number);
      if (!Number.isFinite(value)) throw new Refused('R1', `${this.file} holds a number that JSON cannot carry`, line, pointer);
      return value;
    }
    for (const [word, value] of WORDS)
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    throw this.syntax(this.at < this.text.length ? 'a value is expected' : 'it ends too early');
  }

  private white(): void {
    WHITE.lastIndex = this.at;
    WHITE.test(this.text);
    this.at = WHITE.lastIndex;
  }

  private lineHere(): number {
    while (this.nextBreak >= 0 && this.nextBreak < this.at) {
      this.line++;
      this.nextBreak = this.text.indexOf('\n', this.nextBreak + 1);
    }
    return this.line;
  }

  private syntax(what: string, at = this.at): Refused {
    return new Refused('R1', `${this.file} is no JSON: ${what}`, this.text.slice(0, at).split('\n').length);
  }
}
