import { looksRandom } from './entropy.js';
import { hasSecretShape, isSecretKey, isSecretUnder } from './secret-words.js';

/** `name = "value"`, `"name": "value"`, `name: 'value'`, `'name' = 'value'`: HCL, JSON, YAML, SQL and properties. */
const QUOTED = /(?:^|[\s{,(;?&])["'`]?([A-Za-z_][A-Za-z0-9_.-]{0,80})["'`]?\s*[:=]\s*(["'])((?:(?!\2).){1,512})\2/g;
/** `name=value`: properties, connection strings, addresses. */
const BARE = /(?:^|[\s;,?&])([A-Za-z_][A-Za-z0-9_. -]{0,80}?)=([^\s"'`;,&=<>(){}]{1,512})/g;
/** `name: value` on a line of its own: YAML. */
const LINE = /^\s*(?:- )?([A-Za-z_][A-Za-z0-9_.-]{0,80}):[ \t]+([^\s"'`[\]{}|>&*#]\S{0,511})\s*$/;
/** Text that stands for something else: interpolations of HCL, SQL, shells and templates. */
const INTERPOLATED = /\$\{|\{\{|%\{|<[^<>]+>|^\*+$|^(var|local|data|module|each|path)\./;
/** Sentences are about something. */
const SENTENCE = /[A-Za-z]+ [a-z]+ /;

/** Mistyped names of secrets, too. */
const NEARLY_SECRET = /passw|pwd|secr|token|cred/i;

/** A line of more than this is generated. */
const LONGEST_LINE = 4096;

/** `key` alone is where something lies: of an object in a store, of a map. */
const assigns = (name: string, value: string): boolean =>
  name.toLowerCase() !== 'key' && !INTERPOLATED.test(value) && /\S/.test(value) && !SENTENCE.test(value) && isSecretUnder(name, value);

/** True for a line of a template that writes a secret down: by shape, or by the name that it is assigned to. */
export function holdsSecret(line: string): boolean {
  const text = line.slice(0, LONGEST_LINE);
  if (hasSecretShape(text)) return true;
  for (const [, name = '', , value = ''] of text.matchAll(QUOTED)) if (assigns(name, value)) return true;
  return false;
}

/** True for a text in which a secret is written down: of one line or many, in whatever language. */
export function textHoldsSecret(text: string): boolean {
  const lines = text.split('\n');
  return lines.some((line) => {
    const part = line.slice(0, LONGEST_LINE);
    if (holdsSecret(part)) return true;
    for (const [, name = '', value = ''] of part.matchAll(BARE)) if (assigns(name.trim(), value)) return true;
    const [, name = '', value = ''] = (lines.length > 1 && LINE.exec(part)) || [];
    return name !== '' && assigns(name, value);
  });
}

/** True for a line that had better not be shown: by its names, by a shape or by a word that looks random, whether it is a secret or not. */
export function mayHoldSecret(line: string): boolean {
  const text = line.slice(0, 65_536);
  const names = text.match(/[A-Za-z_][A-Za-z0-9_.-]*/g) ?? [];
  return (
    hasSecretShape(text) ||
    names.some((name) => isSecretKey(name) || NEARLY_SECRET.test(name)) ||
    (text.match(/[A-Za-z0-9+/_=-]{16,}/g) ?? []).some(looksRandom)
  );
}

/** Values of these keys are what the object around them is named for. */
const VALUE_KEY = /^["'\s-]*(value|default|content|data)["']?\s*[:=]/i;
/** How far back a block may begin. */
const LONGEST_BLOCK = 100;

const indentOf = (line: string): number => line.length - line.trimStart().length;

/**
 * True for a line of a text that had better not be shown, for itself or for what stands around it: a value may stand below its name, beside
 * it, or in a block.
 * @param index of the line, from 0
 */
export function mayShow(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? '';
  if (mayHoldSecret(line)) return false;
  const around = [lines[index - 1], lines[index + 1]];
  if (VALUE_KEY.test(line) && around.some((other) => other !== undefined && mayHoldSecret(other))) return false;
  let indent = indentOf(line);
  for (let above = index - 1; above >= Math.max(0, index - LONGEST_BLOCK); above--) {
    const other = lines[above] ?? '';
    if (/-----END /.test(other)) break;
    if (/-----BEGIN [A-Z ]*PRIVATE KEY/.test(other)) return false;
    if (other.trim() === '') continue;
    const isAbove = above === index - 1 || indentOf(other) < indent;
    if (isAbove && /[:=[{|>"'+-]\s*$/.test(other) && mayHoldSecret(other)) return false;
    indent = Math.min(indent, indentOf(other));
  }
  return true;
}
