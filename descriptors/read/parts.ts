import { posix } from 'node:path';
import { isObject, put, stepsOf, type Json, type JsonObject } from '../json.js';
import type { Position } from '../product.js';
import type { Sources } from './sources.js';

/**
 * The normalised descriptor with its parts kept as references: what was written in a document of its own stays there. Extensions that were
 * written as JSON (in YAML, too) are the same to the byte. Fragments of lists become fragments of objects: the pointers stay.
 */
export function partsOf(root: string, tree: JsonObject, sources: Sources): Map<string, string> {
  const writing = new Writing();
  const documents = new Map<string, JsonObject>();
  const whole = new Map<string, Json>();
  const kept = new Set<object>();

  const place = (value: Json, from: string, expected: Position | undefined): Json => {
    if (typeof value !== 'object' || value === null) return value;
    const own = sources.positionOf(value);
    const elsewhere = own && expected && (own.file !== expected.file || own.pointer !== expected.pointer);
    const isPart = elsewhere && isJson(own.file) && isJson(from);
    const file = isPart ? own.file : from;
    const made: Json = Array.isArray(value) ? [] : {};
    for (const [key, inner] of Object.entries(value)) {
      const text = key.startsWith('x-') && !Array.isArray(value) ? sources.writtenIn(value, key) : undefined;
      const held =
        text !== undefined
          ? writing.verbatim(text)
          : key === '$href' && typeof inner === 'string' && sources.wasRenamed(value, key)
            ? // The path of a template, which reading made one of the bundle.
              posix.relative(posix.dirname(file), inner)
            : place(inner, file, sources.positionOf(value, key));
      if (Array.isArray(made)) made.push(held);
      else put(made, key, held);
    }
    if (!isPart) return made;
    if (!kept.has(value)) keep(own, made);
    kept.add(value);
    const target = own.file === from ? '' : posix.relative(posix.dirname(from), own.file);
    return { $ref: `${target}${own.pointer === '' && target !== '' ? '' : `#${own.pointer}`}` };
  };

  const keep = ({ file, pointer }: Position, made: Json): void => {
    if (pointer === '') return void whole.set(file, made);
    const steps = stepsOf(pointer);
    let holder = documents.get(file) ?? {};
    documents.set(file, holder);
    for (const step of steps.slice(0, -1)) {
      const next = isObject(holder[step]) ? holder[step] : {};
      put(holder, step, next);
      holder = next;
    }
    put(holder, steps.at(-1) ?? '', made);
  };

  whole.set(root, place(tree, root, sources.positionOf(tree)));
  // Parts inside of a document that is there as a whole, `#/components/...` for example, are put back into it.
  for (const [file, fragments] of documents) {
    const document = whole.get(file);
    whole.set(file, isObject(document) ? merged(document, fragments) : fragments);
  }
  return new Map([...whole].map(([file, value]) => [file, writing.text(value)]));
}

/** Parts stay parts where both ends are JSON: a reference into a document of another kind would not be found again. */
const isJson = (file: string): boolean => /\.json$/i.test(file);

function merged(document: JsonObject, more: JsonObject): JsonObject {
  for (const [key, inner] of Object.entries(more)) {
    const there = Object.hasOwn(document, key) ? document[key] : undefined;
    put(document, key, isObject(there) && isObject(inner) ? merged(there, inner) : inner);
  }
  return document;
}

/** JSON in which some values stand as they were written. */
class Writing {
  private readonly texts: string[] = [];
  /** No text of a descriptor holds it: control characters are escaped in JSON. */
  private readonly mark = '\u0000verbatim:';

  verbatim(text: string): string {
    this.texts.push(text);
    return `${this.mark}${this.texts.length - 1}`;
  }

  text(value: Json): string {
    const text = JSON.stringify(value, null, 2);
    return `${text.replace(/"\\u0000verbatim:(\d+)"/g, (whole, index: string) => this.texts[Number(index)] ?? whole)}\n`;
  }
}
