import { documentOf } from '../foreign/document.js';
import { at, isObject, pointerTo, textAt, type Json, type JsonObject } from '../json.js';
import { looksRandom } from './entropy.js';
import type { Rule, Violation } from './rule.js';
import { textHoldsSecret } from './secret-text.js';
import { hasSecretShape, isReference, isSecretUnder } from './secret-words.js';
import { definitions, tasks } from './walk.js';

const FOUND: Omit<Violation, 'pointer'> = {
  message: 'a literal secret stands here',
  hint: 'Put a reference such as ${secret:NAME} in its place, and rotate the secret.',
};

/** True for a value that is a secret by the key that it stands under, by its shape, by what it says, or by how random it is. */
const isSecret = (key: string, text: string): boolean =>
  isSecretUnder(key, text) || hasSecretShape(text) || looksRandom(text.trim()) || textHoldsSecret(text);

/** Keys whose values are what the object around them is named for: `{"password": {"default": "..."}}`. */
const VALUE_KEYS: ReadonlySet<string> = new Set(['default', 'value', 'values', 'enum', 'examples']);

/** Every literal secret below a value that stands under a key. */
function* literalSecrets(value: Json | undefined, pointer: string, key = ''): Generator<Violation> {
  if (typeof value === 'string' || typeof value === 'number') {
    if (isSecret(key, String(value))) yield { pointer, ...FOUND };
  } else if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) yield* literalSecrets(inner, pointerTo(pointer, index), key);
  } else if (isObject(value)) {
    // Lists of variables name them beside their values: {"name": "DB_PASSWORD", "value": "..."}.
    const named = textAt(value, 'name') ?? textAt(value, 'key') ?? key;
    for (const name of Object.keys(value))
      yield* literalSecrets(value[name], pointerTo(pointer, name), VALUE_KEYS.has(name) ? named : name);
  }
}

/** The parts of a foreign document that say how to connect. */
function* serverParts(document: JsonObject, pointer: string): Generator<Violation> {
  yield* literalSecrets(document['servers'], `${pointer}/servers`);
  yield* literalSecrets(at(document['components'], 'servers'), `${pointer}/components/servers`);
  const channels = document['channels'];
  if (!isObject(channels)) return;
  for (const name of Object.keys(channels))
    yield* literalSecrets(
      at(at(channels[name], 'bindings'), 'kafka') === undefined ? undefined : at(channels[name], 'bindings'),
      pointerTo(pointer, 'channels', name, 'bindings'),
    );
}

/** Parts with rules of their own, or of other languages. */
const APART: ReadonlySet<string> = new Set(['definition', 'configurations', 'template', 'service', 'id']);

/** What is a secret wherever it stands, by its shape alone. */
function* shapes(value: Json | undefined, pointer: string): Generator<Violation> {
  if (typeof value === 'string') {
    if (hasSecretShape(value) && !isReference(value)) yield { pointer, ...FOUND };
  } else if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) yield* shapes(inner, pointerTo(pointer, index));
  } else if (isObject(value)) for (const key of Object.keys(value)) if (!APART.has(key)) yield* shapes(value[key], pointerTo(pointer, key));
}

/** A secret in a descriptor is known to everybody who can read it. */
export const secretRules: Rule[] = [
  {
    id: 'R114',
    severity: 'error',
    says: 'Configurations, templates and server bindings hold references to secrets, never secrets.',
    *check(tree) {
      for (const task of tasks(tree))
        for (const part of ['configurations', 'template', 'service'])
          yield* literalSecrets(task.value[part], pointerTo(task.pointer, part));
      for (const { value, pointer } of definitions(tree)) {
        const place = `${pointer}/definition`;
        const document = documentOf(value['definition']);
        if (!isObject(document)) continue;
        // A document that is written as a text has no places of its own.
        if (isObject(value['definition'])) yield* serverParts(document, place);
        else for (const found of [...serverParts(document, '')].slice(0, 1)) yield { ...found, pointer: place };
      }
      yield* shapes(tree, '');
    },
  },
];
