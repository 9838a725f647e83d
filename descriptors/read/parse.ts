import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { Finding } from '../finding.js';
import { pointerTo, put, type Json, type JsonObject } from '../json.js';
import { MAX_DOCUMENT_BYTES, MAX_NESTING, MAX_NODES } from './limits.js';
import type { Sources } from './sources.js';

export interface ParsedDocument {
  /** Undefined when the document cannot be read. */
  value?: Json;
  findings: Finding[];
}

/** The tags that JSON's types need (R5). */
const ALLOWED_TAGS = new Set(['null', 'bool', 'int', 'float', 'str', 'seq', 'map'].map((name) => `tag:yaml.org,2002:${name}`));

const JSON_FILE = /\.(json|avsc)$/i;
const YAML_1_1 = /^\uFEFF?(#[^\n]*\n|%[^\n]*\n|\s)*%YAML[ \t]+1\.[01]\b/;

/** Reads one JSON or YAML 1.2 document; every object and list is entered into `sources`. Never throws. */
export function parseText(file: string, bytes: Uint8Array, sources: Sources): ParsedDocument {
  const fault = (rule: string, message: string, line = 1, pointer = '', hint?: string): ParsedDocument => ({
    findings: [{ rule, severity: 'error', pointer, message, file, line, ...(hint && { hint }) }],
  });
  if (bytes.length > MAX_DOCUMENT_BYTES) return fault('R107', `${file} has ${bytes.length} bytes, at most ${MAX_DOCUMENT_BYTES} are read`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fault('R1', `${file} is not UTF-8 text`);
  }
  const lines = new LineCounter();
  try {
    const notJson = JSON_FILE.test(file) ? jsonFault(text) : undefined;
    if (notJson) return fault('R1', `${file} is no JSON: ${notJson.message}`, notJson.line);
    const document = parseDocument(text, {
      version: '1.2',
      uniqueKeys: true,
      merge: false,
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'error',
    });
    const [error] = document.errors;
    if (error)
      return fault(
        error.code === 'DUPLICATE_KEY' ? 'R3' : 'R1',
        `${file} cannot be read: ${plain(error)}`,
        lines.linePos(error.pos[0]).line,
      );
    const tag = document.warnings.find((warning) => warning.code === 'TAG_RESOLVE_FAILED');
    if (tag) return fault('R5', `${file} uses a tag that JSON has no type for`, lines.linePos(tag.pos[0]).line);
    if (!document.contents) return fault('R1', `${file} is empty`);
    const older = YAML_1_1.test(text) ? fault('R4', `${file} says that it is YAML 1.1; it is read as YAML 1.2`) : undefined;
    return {
      value: new Conversion(file, text, document, lines, sources).run(),
      findings: (older?.findings ?? []).map((finding) => ({ ...finding, severity: 'warning' as const })),
    };
  } catch (error) {
    if (error instanceof Refused) return fault(error.rule, error.message, error.line, error.pointer);
    return fault('R1', `${file} cannot be read: it is nested too deeply or damaged`);
  }
}

/** What `yaml` says, without the text that it quotes (which may hold a secret). */
function plain(error: { code: string; message: string }): string {
  const known: { [code: string]: string } = {
    DUPLICATE_KEY: 'a key stands twice in one object',
    MULTIPLE_DOCS: 'it holds several documents, one is allowed',
    BAD_ALIAS: 'an alias is wrong',
    TAB_AS_INDENT: 'it is indented with tabs',
  };
  return known[error.code] ?? `syntax error (${error.code.toLowerCase().replaceAll('_', ' ')})`;
}

function jsonFault(text: string): { message: string; line: number } | undefined {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return undefined;
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    return {
      message: 'syntax error',
      line: position ? text.slice(0, Number(position)).split('\n').length : text.trimEnd().split('\n').length,
    };
  }
}

class Refused extends Error {
  constructor(
    readonly rule: string,
    message: string,
    readonly line: number,
    readonly pointer: string,
  ) {
    super(message);
  }
}

/** From the syntax tree to plain values. */
class Conversion {
  private nodes = 0;

  constructor(
    private readonly file: string,
    private readonly text: string,
    private readonly document: Document.Parsed,
    private readonly lines: LineCounter,
    private readonly sources: Sources,
  ) {}

  run(): Json {
    return this.convert(this.document.contents as Node, '', 0);
  }

  private convert(node: Node | null, pointer: string, depth: number): Json {
    const line = this.lineOf(node);
    if (depth > MAX_NESTING) throw new Refused('R107', `${this.file} is nested more than ${MAX_NESTING} levels deep`, line, pointer);
    if (++this.nodes > MAX_NODES)
      throw new Refused('R107', `${this.file} has more than ${MAX_NODES} nodes when its aliases are expanded`, line, pointer);
    if (node === null) return null;
    if (isAlias(node)) return this.convert(node.resolve(this.document) ?? null, pointer, depth + 1);
    if (node.tag && !ALLOWED_TAGS.has(node.tag))
      throw new Refused('R5', `${this.file} uses a tag that JSON has no type for`, line, pointer);
    if (isMap(node)) return this.object(node.items, pointer, depth, line);
    if (isSeq(node)) return this.list(node.items as (Node | null)[], pointer, depth, line);
    const value: unknown = isScalar(node) ? node.value : undefined;
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new Refused('R1', `${this.file} holds a number that JSON cannot carry`, line, pointer);
    if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
    throw new Refused('R5', `${this.file} holds a value that JSON has no type for`, line, pointer);
  }

  private object(items: { key: unknown; value: unknown }[], pointer: string, depth: number, line: number): Json {
    const made: JsonObject = {};
    const lines = new Map<string, number>();
    const written = new Map<string, string>();
    for (const { key, value } of items) {
      const keyLine = this.lineOf(key as Node | null);
      if (!isScalar(key) || typeof key.value !== 'string')
        throw new Refused('R6', `${this.file} has a key that is no text; put it into quotation marks`, keyLine, pointer);
      put(made, key.value, this.convert(value as Node | null, pointerTo(pointer, key.value), depth + 1));
      lines.set(key.value, keyLine);
      const range = (value as Node | null)?.range;
      if (range && key.value.startsWith('x-') && JSON_FILE.test(this.file)) written.set(key.value, this.text.slice(range[0], range[1]));
    }
    this.sources.set(made, { file: this.file, pointer, line }, lines, written);
    return made;
  }

  private list(items: (Node | null)[], pointer: string, depth: number, line: number): Json {
    const made = items.map((item, index) => this.convert(item, pointerTo(pointer, index), depth + 1));
    this.sources.set(made, { file: this.file, pointer, line }, new Map(items.map((item, index) => [String(index), this.lineOf(item)])));
    return made;
  }

  private lineOf(node: Node | null): number {
    const offset = node?.range?.[0];
    return offset === undefined ? 1 : this.lines.linePos(offset).line;
  }
}
