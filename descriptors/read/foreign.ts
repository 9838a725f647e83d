import { isUrl } from '../bundle/paths.js';
import { isObject, put, type Json, type JsonObject } from '../json.js';
import { elsewhere, remote, type Documents } from './documents.js';
import { MAX_REFERENCE_DEPTH } from './limits.js';

/** Formats that are read as documents; any other file is taken as text. */
const DOCUMENT = /\.(json|ya?ml|avsc)$/i;

/**
 * A foreign document (AsyncAPI, OpenAPI, ...) that stands in `definition`: inline it is left untouched; behind `$ref` or, as older
 * descriptors write it, `$href` (T7) it is read, and the other files of the bundle that it refers to are put in their places.
 */
export function foreignDocument(documents: Documents, value: Json, parent: JsonObject | Json[], key = 'definition'): Json | undefined {
  if (!isObject(value)) return value;
  const isReference = typeof value['$ref'] === 'string';
  const others = Object.keys(value).filter((name) => !['$href', 'description', 'mediaType'].includes(name));
  const isExternal = !isReference && typeof value['$href'] === 'string' && others.length === 0;
  if (!isReference && !isExternal) return value;
  if (isExternal) documents.journal.add('T7', parent, key, 'definition by $href is read as a reference');
  const reference = isReference ? value : referenceOf(documents, value);
  if (documents.elsewhere === 'told' && isRemote(documents, reference)) {
    documents.report(
      reference,
      { ...remote, message: 'the document lies on another host: nothing is fetched, it is not judged' },
      'warning',
    );
    return value;
  }
  const target = read(documents, reference);
  if (target === undefined) return undefined;
  const missed = { any: false };
  const home = typeof target === 'object' && target !== null ? documents.sources.fileOf(target as JsonObject) : undefined;
  const made = inlined(documents, target, { home, trail: [documents.files.root], missed });
  if (missed.any && isObject(made)) documents.unread.add(made);
  return made;
}

/** Whether a reference inside of a document led to nothing. */
interface Missed {
  any: boolean;
}

function referenceOf(documents: Documents, external: JsonObject): JsonObject {
  const made = documents.sources.copy(external);
  made['$ref'] = made['$href'] as Json;
  delete made['$href'];
  documents.sources.renamed(made, '$href', '$ref');
  return made;
}

function isRemote(documents: Documents, reference: JsonObject): boolean {
  const text = reference['$ref'] as string;
  return isUrl(text) && documents.pathOf(documents.sources.fileOf(reference) ?? documents.files.root, text) === undefined;
}

/** The document behind a reference: parsed when it is JSON or YAML, else its text. */
function read(documents: Documents, reference: JsonObject): Json | undefined {
  const text = reference['$ref'] as string;
  const path = text.startsWith('#') ? undefined : documents.pathOf(documents.sources.fileOf(reference) ?? documents.files.root, text);
  if (path === undefined && isUrl(text)) {
    documents.report(reference, elsewhere(text));
    return undefined;
  }
  if (path !== undefined && documents.files.has(path) && !DOCUMENT.test(path)) return new TextDecoder().decode(documents.files.read(path));
  return documents.follow(reference);
}

interface Inlining {
  /** File of the document itself: references inside of it stay, for its own readers follow them. */
  home: string | undefined;
  /** What was followed to get here. */
  trail: string[];
  missed: Missed;
}

function inlined(documents: Documents, value: Json, inlining: Inlining): Json {
  documents.budget.spend(1);
  if (typeof value !== 'object' || value === null) return value;
  if (isObject(value) && typeof value['$ref'] === 'string' && !staysAsItIs(documents, value, inlining))
    return behind(documents, value, inlining);
  const made = documents.sources.copy(value) as JsonObject;
  for (const [key, inner] of Object.entries(made)) put(made, key, inlined(documents, inner, inlining));
  return made;
}

/** `#/...` means the file that it is written in: in one that was put into another, it would lead nowhere. */
const staysAsItIs = (documents: Documents, reference: JsonObject, { home }: Inlining): boolean =>
  (reference['$ref'] as string).startsWith('#') && [home, undefined].includes(documents.sources.fileOf(reference));

function behind(documents: Documents, reference: JsonObject, inlining: Inlining): Json {
  const { trail, missed } = inlining;
  const text = reference['$ref'] as string;
  // Foreign documents may point anywhere on the web, as their own rules allow; that is left as it is.
  if (isUrl(text) && documents.pathOf('', text) === undefined) return reference;
  const place = `${documents.sources.fileOf(reference) ?? ''} ${text}`;
  // A schema that holds itself is nothing wrong. It cannot be written out, so what holds it is not judged.
  if (text.startsWith('#') && trail.includes(place)) {
    missed.any = true;
    return {};
  }
  if (trail.includes(place) || trail.length > MAX_REFERENCE_DEPTH) {
    documents.report(reference, { rule: 'R107', message: 'the references of this document go in a circle or too deep' });
    missed.any = true;
    return {};
  }
  const target = read(documents, reference);
  missed.any ||= target === undefined;
  return target === undefined ? {} : inlined(documents, target, { ...inlining, trail: [...trail, place] });
}
