import { at, isObject, pointerTo, type Json, type JsonObject } from '../json.js';
import { looksRandom } from './entropy.js';
import type { Rule, Violation } from './rule.js';
import { definitions, tasks, texts } from './walk.js';

/** Keys whose values are secrets. */
const SECRET_KEY = /secret|passw(or)?d|passphrase|token|credential|private_?key|api[_.-]?key|(^|[_.-])key$|access_?key/i;
/** Keys that end like one and are none. */
const HARMLESS_KEY =
  /(partition|primary|foreign|message|routing|sort|public|record)[_.-]?key$|(max|min|num|count|ttl|expiry|timeout)[_.-]?tokens?|token[_.-]?(url|uri|endpoint|type|ttl)|secret[_.-]?(name|ref)$/i;

/** Values that are known for what they are, under whatever key. */
const SECRET_SHAPE = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@{}$]+@/i,
];

/** References to a secret, and the word that examples put in a secret's place. */
const REFERENCE = /^(\$\{[^}]*\}|\{[A-Za-z0-9_.-]+\}|secret:\/\/\S+|ABC|)$/;

/** True for a value that is a secret by the key that it stands under, by its shape, or by how random it is. */
export const isSecret = (key: string, text: string): boolean =>
  isSecretUnder(key, text) || hasSecretShape(text) || looksRandom(text.trim());

/** True for a key that secrets stand under. */
export const isSecretKey = (key: string): boolean => SECRET_KEY.test(key) && !HARMLESS_KEY.test(key);

export const isSecretUnder = (key: string, text: string): boolean => isSecretKey(key) && !REFERENCE.test(text.trim());

export const hasSecretShape = (text: string): boolean => SECRET_SHAPE.some((shape) => shape.test(text));

function* literalSecrets(value: Json | undefined, pointer: string): Generator<Violation> {
  for (const { value: found, key, pointer: place } of texts(value, pointer)) {
    if (isSecret(key, String(found)))
      yield {
        pointer: place,
        message: 'a literal secret stands here',
        hint: 'Put a reference such as ${secret:NAME} in its place, and rotate the secret.',
      };
  }
}

/** The parts of a foreign document that say how to connect. */
function* serverParts(document: JsonObject, pointer: string): Generator<Violation> {
  yield* literalSecrets(document['servers'], `${pointer}/servers`);
  const channels = document['channels'];
  if (!isObject(channels)) return;
  for (const name of Object.keys(channels))
    yield* literalSecrets(
      at(at(channels[name], 'bindings'), 'kafka') === undefined ? undefined : at(channels[name], 'bindings'),
      pointerTo(pointer, 'channels', name, 'bindings'),
    );
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
      for (const { value, pointer } of definitions(tree))
        if (isObject(value['definition'])) yield* serverParts(value['definition'], `${pointer}/definition`);
    },
  },
];
