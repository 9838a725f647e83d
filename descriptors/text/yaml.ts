import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import type { Alias, Document, LineCounter, Node, Pair } from 'yaml';
import { pointerTo, put, type Json, type JsonObject } from '../json.js';
import { MAX_ALIAS_NODES, MAX_LEXEMES, MAX_NESTING, MAX_NODES } from './limits.js';
import type { Places } from './places.js';
import { Refused } from './refused.js';
import { verbatim } from './verbatim.js';

// Only who reads YAML waits for its parser.
const loaded = createRequire(import.meta.url);
const library = (): typeof Yaml => loaded('yaml') as typeof Yaml;

/** The tags that JSON's types need (R5). */
const ALLOWED_TAGS = new Set(['null', 'bool', 'int', 'float', 'str', 'seq', 'map'].map((name) => `tag:yaml.org,2002:${name}`));

/** What YAML allows in no document, quoted or not. */
// eslint-disable-next-line no-control-regex -- these are what is looked for
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/**
 * Reads one document of YAML 1.2 to what JSON can carry, and keeps where everything stood. Refuses what JSON has no form for (R5, R6), a key
 * that stands twice (R3), several documents, aliases that swell or go in a circle. Throws `Refused`.
 */
export function readYaml(file: string, text: string, places: Places): { value: Json; nodes: number } {
  const lines = new (library().LineCounter)();
  const unprintable = UNPRINTABLE.exec(text);
  if (unprintable)
    throw new Refused('R1', `${file} holds a control character, which no text does`, text.slice(0, unprintable.index).split('\n').length);
  const document = composed(file, text, lines);
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const [error] = document.errors;
  if (error) throw new Refused('R1', `${file} cannot be read: ${plain(error.code)}`, lineAt(error.pos[0]));
  const tag = document.warnings.find((warning) => warning.code === 'TAG_RESOLVE_FAILED');
  if (tag) throw new Refused('R5', `${file} uses a tag that JSON has no type for`, lineAt(tag.pos[0]));
  if (!document.contents) throw new Refused('R1', `${file} is empty`, 1);
  return new Conversion(file, text, lineAt, places).run(document.contents);
}

/**
 * The syntax tree of the only document. As the library's `parseDocument`, but what it would call itself too deeply for is refused before,
 * and it does not compare every key with every other.
 */
function composed(file: string, text: string, lines: LineCounter): Document.Parsed {
  const { Composer, Lexer, Parser } = library();
  function* tokens() {
    const parser = new Parser(lines.addNewLine);
    lines.addNewLine(0);
    let lexemes = 0;
    for (const lexeme of new Lexer().lex(text)) {
      if (++lexemes > MAX_LEXEMES) throw new Refused('R107', `${file} is too long`, lines.linePos(parser.offset).line);
      yield* parser.next(lexeme);
      if (parser.stack.length > MAX_NESTING + 2)
        throw new Refused('R107', `${file} is nested more than ${MAX_NESTING} levels deep`, lines.linePos(parser.offset).line);
    }
    yield* parser.end();
  }
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  let first: Document.Parsed | undefined;
  for (const document of composer.compose(tokens(), true, text.length)) {
    if (first && first.errors.length > 0) break;
    if (first)
      throw new Refused('R1', `${file} cannot be read: it holds several documents, one is allowed`, lines.linePos(document.range[0]).line);
    first = document as Document.Parsed;
  }
  if (!first) throw new Refused('R1', `${file} is empty`, 1);
  return first;
}

/** What the library says, without the text that it quotes. */
function plain(code: string): string {
  const known: { [code: string]: string } = {
    BAD_ALIAS: 'an alias is wrong',
    TAB_AS_INDENT: 'it is indented with tabs',
    RESOURCE_EXHAUSTION: 'it is nested too deeply',
  };
  return known[code] ?? `syntax error (${code.toLowerCase().replaceAll('_', ' ')})`;
}

/** From the syntax tree to plain values. */
class Conversion {
  private nodes = 0;
  private repeated = 0;
  /** What an anchor means at this place of the document. */
  private readonly anchors = new Map<string, Node>();
  /** What an alias means: the last anchor of its name before it. */
  private readonly meant = new Map<Alias, Node>();
  /** What aliases are repeating here. */
  private readonly open = new Set<Node>();
  /** The alias of the text that all of it comes from. */
  private outermost = { line: 1, pointer: '' };
  private readonly is = library();
  private isInExtension = false;

  constructor(
    private readonly file: string,
    private readonly text: string,
    private readonly lineAt: (offset: number) => number,
    private readonly places: Places,
  ) {}

  run(contents: Node): { value: Json; nodes: number } {
    return { value: this.convert(contents, '', 0, 1), nodes: this.nodes + this.repeated };
  }

  private convert(node: Node | null, pointer: string, depth: number, above: number): Json {
    const line = this.lineOf(node) ?? above;
    if (depth > MAX_NESTING) throw new Refused('R107', `${this.file} is nested more than ${MAX_NESTING} levels deep`, line, pointer);
    this.count(line, pointer);
    if (node === null) return null;
    if (this.is.isAlias(node)) return this.behind(node, pointer, depth, line);
    if (this.open.size === 0 && 'anchor' in node && typeof node.anchor === 'string') this.anchors.set(node.anchor, node);
    if (node.tag && !ALLOWED_TAGS.has(node.tag))
      throw new Refused('R5', `${this.file} uses a tag that JSON has no type for`, line, pointer);
    if (this.is.isMap(node)) return this.object(node.items as Pair<Node | null, Node | null>[], pointer, depth, line);
    if (this.is.isSeq(node)) return this.list(node.items as (Node | null)[], pointer, depth, line);
    const value: unknown = this.is.isScalar(node) ? node.value : undefined;
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new Refused('R1', `${this.file} holds a number that JSON cannot carry`, line, pointer);
    if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
    throw new Refused('R5', `${this.file} holds a value that JSON has no type for`, line, pointer);
  }

  private count(line: number, pointer: string): void {
    if (this.open.size === 0 && ++this.nodes > MAX_NODES)
      throw new Refused('R107', `${this.file} has more than ${MAX_NODES} nodes`, line, pointer);
    if (this.open.size === 0 || ++this.repeated <= MAX_ALIAS_NODES) return;
    const { outermost } = this;
    const message = `the aliases of ${this.file} repeat more than ${MAX_ALIAS_NODES} nodes`;
    throw new Refused('R107', message, outermost.line, outermost.pointer);
  }

  /** What an alias repeats, as if it stood here again. */
  private behind(alias: Alias, pointer: string, depth: number, line: number): Json {
    const target = this.open.size > 0 ? this.meant.get(alias) : this.anchors.get(alias.source);
    if (!target) throw new Refused('R1', `${this.file} cannot be read: an alias means no anchor before it`, line, pointer);
    if (this.open.has(target) || !this.isDone(target, alias))
      throw new Refused('R107', `an alias of ${this.file} repeats what it stands in`, line, pointer);
    this.meant.set(alias, target);
    if (this.open.size === 0) this.outermost = { line, pointer };
    this.open.add(target);
    const value = this.convert(target, pointer, depth, line);
    this.open.delete(target);
    return value;
  }

  /** False while the anchor's own value is not at its end yet. */
  private isDone({ range }: Node, alias: Alias): boolean {
    return !range || !alias.range || range[1] <= alias.range[0];
  }

  private object(items: Pair<Node | null, Node | null>[], pointer: string, depth: number, line: number): Json {
    const made: JsonObject = {};
    const lines = new Map<string, number>();
    let written: Map<string, string> | undefined;
    for (const { key, value } of items) {
      const keyLine = this.lineOf(key) ?? line;
      if (!this.is.isScalar(key) || typeof key.value !== 'string')
        throw new Refused('R6', `${this.file} has a key that is no text; put it into quotation marks`, keyLine, pointer);
      if (key.tag && !ALLOWED_TAGS.has(key.tag))
        throw new Refused('R5', `${this.file} uses a tag that JSON has no type for`, keyLine, pointer);
      const place = pointerTo(pointer, key.value);
      if (lines.has(key.value)) throw new Refused('R3', `${this.file} cannot be read: a key stands twice in one object`, keyLine, place);
      if (this.open.size === 0 && key.anchor !== undefined) this.anchors.set(key.anchor, key);
      lines.set(key.value, keyLine);
      const isExtension = key.value.startsWith('x-') && !this.isInExtension;
      if (isExtension) this.isInExtension = true;
      const converted = this.convert(value, place, depth + 1, keyLine);
      put(made, key.value, converted);
      if (!isExtension) continue;
      this.isInExtension = false;
      (written ??= new Map()).set(key.value, verbatim(value, converted, this.text, this.is));
    }
    this.places.set(made, { file: this.file, pointer, line }, lines, written);
    return made;
  }

  private list(items: (Node | null)[], pointer: string, depth: number, line: number): Json {
    const made = items.map((item, index) => this.convert(item, pointerTo(pointer, index), depth + 1, line));
    this.places.set(
      made,
      { file: this.file, pointer, line },
      items.map((item) => this.lineOf(item) ?? line),
    );
    return made;
  }

  private lineOf(node: Node | null): number | undefined {
    const offset = node?.range?.[0];
    return offset === undefined ? undefined : this.lineAt(offset);
  }
}
