import { isDeepStrictEqual } from 'node:util';
import { at, isObject, textAt, type Json, type JsonObject } from '../json.js';
import { derivedName } from '../read/normalise-definition.js';
import { isName, isVersion } from './formats.js';
import { definitionFields } from './fields.js';
import { missing, unknownKeys, wrongTypes } from './keys.js';
import type { Rule, Violation } from './rule.js';
import { documentOf, isElsewhere } from '../foreign/document.js';
import { definitions } from './walk.js';

const onDefinitions = (rule: Omit<Rule, 'check'> & { check(definition: JsonObject, pointer: string): Iterable<Violation> }): Rule => ({
  ...rule,
  *check(tree) {
    for (const { value, pointer } of definitions(tree)) yield* rule.check(value, pointer);
  },
});

/** The version that a document states of its own specification, by the key that it uses for it. */
const VERSION_KEYS: { [specification: string]: readonly string[] } = {
  asyncapi: ['asyncapi'],
  openapi: ['openapi', 'swagger'],
  datastoreapi: ['datastoreapi'],
};

/** True for one definition at two places; a port may describe it in its own words (R100). */
const isSame = (one: JsonObject, other: JsonObject): boolean =>
  ['version', 'specification', 'specificationVersion', 'definition'].every((key) => isDeepStrictEqual(one[key], other[key]));

const minor = (version: string): string => version.split('.').slice(0, 2).join('.');

const inside = (specification: string, definition: Json | undefined): string | undefined =>
  (VERSION_KEYS[specification.toLowerCase()] ?? []).map((key) => textAt(definition, key)).find((version) => version !== undefined);

/** The Standard Definitions of ports: API, service levels, policies. */
export const definitionRules: Rule[] = [
  {
    id: 'R68',
    severity: 'warning',
    strict: 'error',
    says: 'A Standard Definition has a name: a letter, then letters and digits. Two of one type with the same name are the same.',
    *check(tree) {
      const named = new Map<string, { value: JsonObject; isMade: boolean }>();
      for (const { value, key, port, pointer } of definitions(tree)) {
        const name = value['name'];
        if (!isName(name)) {
          yield {
            pointer: `${pointer}/name`,
            severity: typeof name === 'string' ? 'warning' : 'error',
            message: 'name must be a letter followed by letters and digits',
          };
          continue;
        }
        // A name made of that of the port, which an input and an output port may share.
        const isMade = name === derivedName(key, textAt(port, 'name') ?? '');
        const same = named.get(`${key} ${name}`);
        if (same && !(isMade && same.isMade) && !isSame(same.value, value))
          yield {
            pointer: `${pointer}/name`,
            message: `another ${key} with other contents has this name`,
            hint: 'Give it a name of its own, or let both ports refer to one definition.',
          };
        else if (!same) named.set(`${key} ${name}`, { value, isMade });
      }
    },
  },
  onDefinitions({
    id: 'R69',
    severity: 'warning',
    strict: 'error',
    says: 'A Standard Definition has a semantic version of its own.',
    *check(definition, pointer) {
      if (!isVersion(definition['version']))
        yield {
          pointer: `${pointer}/version`,
          severity: typeof definition['version'] === 'string' ? 'warning' : 'error',
          message: 'version must be a semantic version',
        };
    },
  }),
  onDefinitions({
    id: 'R70',
    severity: 'error',
    says: 'A Standard Definition names its specification.',
    *check(definition, pointer) {
      const message = 'specification must name the language of the definition';
      const hint = 'For example "asyncapi", or "custom".';
      yield* missing(definitionFields({ value: definition, pointer }), 'specification', { message, hint });
      const specification = definition['specification'];
      if (Object.hasOwn(definition, 'specification') && (typeof specification !== 'string' || specification === ''))
        yield { pointer: `${pointer}/specification`, message, hint };
    },
  }),
  onDefinitions({
    id: 'R71',
    severity: 'error',
    says: 'The version of the specification stands in `specificationVersion` or in the document itself; both agree.',
    *check(definition, pointer) {
      yield* wrongTypes(definition, pointer, { 'a text': ['specificationVersion'] });
      const specification = textAt(definition, 'specification');
      const document = documentOf(definition['definition']);
      if (specification === undefined || document === undefined || isElsewhere(document)) return;
      const [stated, own] = [textAt(definition, 'specificationVersion'), inside(specification, document)];
      if (
        !Object.hasOwn(definition, 'specificationVersion') &&
        own === undefined &&
        Object.hasOwn(VERSION_KEYS, specification.toLowerCase())
      )
        yield {
          pointer: `${pointer}/specificationVersion`,
          message: 'the version of the specification stands neither here nor in the document',
          hint: `Add it here, or to the document as ${(VERSION_KEYS[specification.toLowerCase()] ?? []).join(' or ')}.`,
        };
      else if (stated !== undefined && own !== undefined && minor(stated) !== minor(own))
        yield { pointer: `${pointer}/specificationVersion`, message: 'specificationVersion is not the version that the document states' };
    },
  }),
  onDefinitions({
    id: 'R72',
    severity: 'error',
    says: 'A Standard Definition has a definition: an object, a text or a reference.',
    *check(definition, pointer) {
      const value = definition['definition'];
      const message = 'definition must be an object, a text or a reference';
      // A reference that leads nowhere is told as that.
      yield* missing(definitionFields({ value: definition, pointer }), 'definition', { message, whole: true });
      if (Object.hasOwn(definition, 'definition') && !isObject(value) && typeof value !== 'string')
        yield { pointer: `${pointer}/definition`, message };
    },
  }),
  onDefinitions({
    id: 'R112',
    severity: 'warning',
    strict: 'error',
    says: 'A Standard Definition has no fields but those of the specification and extensions (`x-...`).',
    *check(definition, pointer) {
      yield* unknownKeys(definitionFields({ value: definition, pointer }));
    },
  }),
  onDefinitions({
    id: 'R71a',
    severity: 'error',
    says: 'An AsyncAPI document has channels.',
    *check(definition, pointer) {
      if (textAt(definition, 'specification')?.toLowerCase() !== 'asyncapi' || !isObject(definition['definition'])) return;
      if (isElsewhere(definition['definition'])) return;
      const place = `${pointer}/definition/channels`;
      const channels = at(definition['definition'], 'channels');
      const isVersion2 = textAt(definition['definition'], 'asyncapi')?.startsWith('3.') !== true;
      if (channels === undefined && isVersion2) yield { pointer: place, message: 'channels is required: an object by channel' };
      else if (channels !== undefined && !(isObject(channels) && Object.values(channels).every(isObject)))
        yield { pointer: place, message: 'channels must be an object of objects' };
      else if (channels === undefined || Object.keys(channels).length === 0)
        yield { pointer: place, severity: 'warning', message: 'the document has no channel: nothing goes in or out here' };
    },
  }),
];
