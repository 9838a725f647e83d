import { resolveInside, type BundleFiles } from '../bundle/index.js';
import type { Finding } from '../finding.js';
import { isObject, stepsOf, type Json, type JsonObject } from '../json.js';
import { addressOf } from '../bundle/mapped.js';
import { isUrl } from '../bundle/paths.js';
import { nearest } from '../nearest.js';
import { Journal } from './journal.js';
import { isMediaType } from './media-type.js';
import { parseText } from '../text/index.js';
import { Budget, MAX_DOCUMENTS, MAX_REFERENCE_DEPTH, MAX_TOTAL_BYTES } from './limits.js';
import type { Sources } from './sources.js';

/** Why a reference cannot be followed; becomes a finding at the place of the reference. */
export interface Fault {
  rule: string;
  message: string;
  hint?: string;
}

/** Names are compared with every file of the bundle: for what people mistype, not for what a machine makes up. */
const LONGEST_GUESSED = 200;
const MOST_GUESSED = 20;

/** The documents of a bundle, each parsed once, and the way from a reference to its target (R99 to R107). */
export class Documents {
  readonly findings: Finding[] = [];
  readonly journal = new Journal();
  readonly budget = new Budget();
  /** Every place that a reference led to, as `file#pointer`. */
  readonly visited = new Set<string>();
  /** Foreign documents of which a part could not be read: what is told of them may be due to that. */
  readonly unread = new WeakSet<object>();
  private readonly parsed = new Map<string, Json | undefined>();
  private bytes = 0;
  private readonly reported = new Set<string>();

  constructor(
    readonly files: BundleFiles,
    readonly sources: Sources,
    /** What lies on another host and is needed to deploy only: an error, or a warning. */
    readonly elsewhere: 'refused' | 'told' = 'refused',
  ) {}

  /** The value of a document, undefined (with a finding) when it cannot be read. */
  load(file: string): Json | undefined {
    if (this.parsed.has(file)) return this.parsed.get(file);
    const bytes = this.files.read(file);
    this.bytes += bytes.length;
    const tooMuch =
      this.parsed.size >= MAX_DOCUMENTS
        ? `more than ${MAX_DOCUMENTS} documents`
        : this.bytes > MAX_TOTAL_BYTES
          ? `the documents up to this one have more than ${MAX_TOTAL_BYTES} bytes`
          : undefined;
    if (tooMuch !== undefined) {
      this.findings.push({ rule: 'R107', severity: 'error', pointer: '', file, line: 1, message: tooMuch });
      this.parsed.set(file, undefined);
      return undefined;
    }
    const { value, findings, nodes } = parseText(file, bytes, this.sources);
    this.budget.earn(nodes);
    this.findings.push(...findings);
    this.parsed.set(file, value);
    return value;
  }

  /** Follows a Reference Object, and chains of them, to the value meant. Anything else is returned as it is. */
  follow(value: Json): Json | undefined {
    const seen = new Set<string>();
    let description: string | undefined;
    for (let current: Json = value; ;) {
      if (!isObject(current) || !Object.hasOwn(current, '$ref')) return this.described(current, description);
      if (typeof current['$ref'] !== 'string') {
        this.report(current, { rule: 'R99', message: '$ref must be a text: the path of a document, or # and a place in this one' });
        return undefined;
      }
      const found =
        seen.size > MAX_REFERENCE_DEPTH
          ? { rule: 'R107', message: `more than ${MAX_REFERENCE_DEPTH} references in a row` }
          : this.target(current, seen);
      if ('rule' in found) {
        this.report(current, found);
        return undefined;
      }
      this.reportIgnored(current);
      if (description === undefined && typeof current['description'] === 'string') description = current['description'];
      if (found.value === undefined) return undefined;
      current = found.value;
    }
  }

  /** What lies behind one reference; `value: undefined` when its document could not be read, which was told already. */
  private target(reference: JsonObject, seen: Set<string>): Fault | { value: Json | undefined } {
    const text = reference['$ref'] as string;
    const from = this.sources.fileOf(reference) ?? this.files.root;
    if (text === '' || text === '#') return { rule: 'R107', message: 'the reference leads to itself' };
    const [, fragment] = /^[^#]*#?(.*)$/s.exec(text) ?? [];
    const file = text.startsWith('#') ? from : this.pathOf(from, text);
    if (file === undefined && isUrl(text)) return elsewhere(text);
    if (file === undefined)
      return {
        rule: 'R113',
        message: 'the reference leads out of the bundle',
        hint: text.includes('\\') ? 'Write paths with forward slashes.' : 'Move the document below the folder of the descriptor.',
      };
    const place = `${file}#${fragment ?? ''}`;
    if (seen.has(place)) return { rule: 'R107', message: `the references go in a circle through ${place}` };
    seen.add(place);
    this.visited.add(place);
    if (!this.files.has(file))
      return {
        rule: 'R99',
        message: `there is no ${file} in the bundle`,
        hint: this.meant(file),
      };
    const document = this.load(file);
    if (document === undefined) return { value: undefined };
    return this.inside(document, fragment ?? '', place, reference);
  }

  /** What to do about a path that leads to nothing. */
  private meant(file: string): string {
    const near = file.length <= LONGEST_GUESSED && this.findings.length < MOST_GUESSED ? nearest(file, this.files.list()) : undefined;
    const relative = 'Paths are relative to the document that holds the reference.';
    return near === undefined ? relative : `Did you mean ${near}? ${relative}`;
  }

  /** The path in the bundle that a reference of a document means; documents of other hosts only where the bundle holds them. */
  pathOf(from: string, reference: string): string | undefined {
    if (!isUrl(reference)) return resolveInside(from, reference);
    if (!URL.canParse(reference)) return undefined;
    return this.files.located(addressOf(new URL(reference)));
  }

  private inside(document: Json, fragment: string, place: string, reference: JsonObject): Fault | { value: Json } {
    let pointer: string;
    try {
      pointer = decodeURIComponent(fragment);
    } catch {
      return { rule: 'R104', message: 'the fragment of the reference is no JSON Pointer' };
    }
    if (pointer !== '' && !pointer.startsWith('/')) {
      this.report(reference, { rule: 'R105', message: 'the fragment lacks its slash', hint: `Write #/${pointer}` }, 'warning');
      pointer = `/${pointer}`;
    }
    let value: Json = document;
    for (const step of stepsOf(pointer)) {
      const inner: Json | undefined =
        typeof value === 'object' && value !== null && isMember(value, step) ? (value as JsonObject)[step] : undefined;
      if (inner === undefined) return { rule: 'R104', message: `there is nothing at ${place}` };
      value = inner;
    }
    return { value };
  }

  /** A reference's own description stands for the target's (R100). */
  private described(value: Json, description: string | undefined): Json {
    if (description === undefined || !isObject(value) || value['description'] === description) return value;
    const copied = this.sources.copy(value);
    copied['description'] = description;
    return copied;
  }

  private reportIgnored(reference: JsonObject): void {
    const mediaType = reference['mediaType'];
    if (mediaType !== undefined && !isMediaType(mediaType))
      this.report(
        reference,
        { rule: 'R101', message: 'mediaType is not of the form type/subtype', hint: 'For example "application/json".' },
        'warning',
        'mediaType',
      );
    const ignored = Object.keys(reference).filter((key) => !['$ref', 'description', 'mediaType'].includes(key));
    if (ignored.length > 0)
      this.report(
        reference,
        {
          rule: Object.hasOwn(reference, 'version') ? 'R57' : 'R102',
          message: `beside $ref these are ignored: ${ignored.join(', ')}`,
          hint: 'Move them into the document referred to.',
        },
        'warning',
      );
  }

  report(at: JsonObject | Json[], fault: Fault, severity: Finding['severity'] = 'error', member?: string): void {
    const position = this.sources.positionOf(at, member ?? (isObject(at) && Object.hasOwn(at, '$ref') ? '$ref' : undefined));
    const finding = { ...fault, severity, ...(position ?? { pointer: '', file: this.files.root, line: 1 }) };
    const same = `${finding.rule} ${finding.file} ${finding.pointer}`;
    if (this.reported.has(same)) return;
    this.reported.add(same);
    this.findings.push(finding);
  }
}

/** A list has a length, which is no member. */
const isMember = (value: object, step: string): boolean => Object.prototype.propertyIsEnumerable.call(value, step);

/** A URL that the bundle does not hold. */
export function elsewhere(reference: string): Fault {
  const [scheme = ''] = /^[A-Za-z][A-Za-z0-9+.-]*(?=:)/.exec(reference) ?? [];
  if (scheme === '' || /^https?$/i.test(scheme)) return remote;
  const what = scheme.length === 1 ? 'names a drive' : `is a URL of ${scheme.slice(0, 20).toLowerCase()}`;
  return { ...remote, message: `the reference ${what}, which is never read` };
}

export const remote: Fault = {
  rule: 'R113',
  message: 'the reference leads to another host; nothing is fetched',
  hint: 'Put the document into the folder of the descriptor and refer to it by its relative path, or map its address to a folder (--map).',
};
