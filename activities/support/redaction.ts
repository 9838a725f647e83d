import { Failure } from '../../lifecycle/failures.js';

/** What stands in the place of a secret. */
export const MASK = '[redacted]';
/** Shorter values occur by chance in every text: redacting them would make all messages unreadable. */
const SHORTEST_SECRET = 4;
/** Parts of a secret (a line of a key, the inside of a longer base64 text) are looked for from this length on. */
const SHORTEST_PART = 8;

/** Takes secrets out of everything that leaves the worker, by value. One a process; knows only what it was told. */
export interface Redactor {
  /** Remembers a secret. Throws InvalidInput for one that is too short to be told from ordinary text. */
  learn(secret: string): void;
  /** The text with every form of every learnt secret replaced by MASK. */
  text(text: string): string;
  /** The same for all strings, keys and numbers of a JSON value; the value itself is left alone. */
  value<T>(json: T): T;
}

export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  const forms = new Set<string>();

  const text = (input: string): string => mask(input, forms);
  const walk = (json: unknown): unknown => {
    if (typeof json === 'string') return text(json);
    if (typeof json === 'number') return secrets.has(String(json)) ? MASK : json;
    if (Array.isArray(json)) return json.map(walk);
    if (json === null || typeof json !== 'object' || !isPlain(json)) return json;
    return Object.fromEntries(Object.entries(json).map(([key, value]) => [text(key), walk(value)]));
  };
  return {
    learn: (secret) => {
      if (secret.length < SHORTEST_SECRET) {
        throw new Failure(
          'InvalidInput',
          `A secret needs at least ${SHORTEST_SECRET} characters: a shorter one cannot be kept out of messages.`,
        );
      }
      secrets.add(secret);
      for (const form of formsOf(secret)) forms.add(form);
    },
    text,
    value: <T>(json: T) => walk(json) as T,
  };
}

const isPlain = (value: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);

/** Overlapping finds are replaced as one, so that no rest of one secret stays beside the mask of another. */
function mask(input: string, forms: Iterable<string>): string {
  const found: [start: number, end: number][] = [];
  for (const form of forms) {
    for (let at = input.indexOf(form); at >= 0; at = input.indexOf(form, at + 1)) found.push([at, at + form.length]);
  }
  if (found.length === 0) return input;
  found.sort(([a], [b]) => a - b);
  let output = '';
  let done = 0;
  let covered = -1;
  for (const [start, end] of found) {
    if (start >= covered) {
      output += input.slice(done, start) + MASK;
    }
    covered = Math.max(covered, end);
    done = covered;
  }
  return output + input.slice(done);
}

/** How a secret looks after the encodings that tools put it through. */
function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  // Log lines show a key line by line; its header and footer are no secret.
  const parts = lines.length > 1 ? lines.filter((line) => line.length >= SHORTEST_PART && !line.startsWith('-----')) : [];
  return [secret, ...parts].flatMap((value) => [value, ...escaped(value), ...percentEncoded(value), ...base64(value)]);
}

/** JSON strings, once and twice (JSON inside JSON), as JavaScript and as Go write them. */
function escaped(value: string): string[] {
  const once = JSON.stringify(value).slice(1, -1);
  const twice = JSON.stringify(once).slice(1, -1);
  const go = once.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [once, twice, go];
}

/** URL parts and form fields; hexadecimal digits in either case. */
function percentEncoded(value: string): string[] {
  // encodeURIComponent refuses half a surrogate pair; UTF-8 writes a replacement character for it.
  const wellFormed = Buffer.from(value, 'utf8').toString('utf8');
  const component = encodeURIComponent(wellFormed);
  const strict = component.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const variants = [component, strict, encodeURI(wellFormed)];
  const forms = [...variants, ...variants.map((form) => form.replaceAll('%20', '+'))];
  return [...forms, ...forms.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}

/** Alone, and inside a longer text such as `user:password`: there it starts at one of three positions of a base64 group. */
function base64(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const inside = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and last characters mix bits of the neighbours in.
    const end = (offset + bytes.length) % 3 === 0 ? undefined : -1;
    return encoded.slice(offset === 0 ? 0 : offset + 1, end);
  });
  const standard = [bytes.toString('base64').replace(/=+$/, ''), ...inside.filter((form) => form.length >= SHORTEST_PART)];
  return [...standard, ...standard.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}
