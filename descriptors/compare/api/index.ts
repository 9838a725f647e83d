import { isObject, textAt, type JsonObject } from '../../json.js';
import type { StandardDefinition } from '../../product.js';
import type { ChangeFinding } from '../finding.js';
import { changedMembers, same } from '../parts.js';
import { comparePayload, formatNamed, type Direction } from '../payload/index.js';
import { beforeAfter, below, say } from '../say.js';
import { compareDataStore } from './datastore.js';
import { languageOf } from './language.js';
import { compareOpenApi } from './openapi.js';
import { compareStreams, compareStreamPayloads } from './streams.js';

/** The interface of a port as its document tells it (C19 to C53). Pointers are relative to `api`. */
export function compareApi(
  old: StandardDefinition | undefined,
  next: StandardDefinition | undefined,
  direction: Direction,
  /** Who reads the answers of an interface of requests and answers. */
  answers: Direction = direction,
): ChangeFinding[] {
  if (!old && !next) return [];
  if (!old) return [say('C23', 'any', { message: 'the API is described now' })];
  if (!next) return [say('C19', 'any', { message: 'the API is not described any more' })];
  if (old.specification.toLowerCase() !== next.specification.toLowerCase())
    return [
      say('C19', 'any', {
        pointer: '/specification',
        message: 'the API is described in another language',
        ...beforeAfter(old.specification, next.specification),
      }),
    ];
  const version = compareSpecificationVersion(old, next);
  if (same(old.definition, next.definition)) return [...version, ...otherTexts(old, next)];
  const found = below('/definition', compareDefinitions(old, next, direction, answers));
  if (found.length > 0 || version.length > 0) return [...version, ...found];
  return [say('C32', 'any', { pointer: '/definition', message: 'texts of the API document changed, what it describes did not' })];
}

/** Only the payload schemas: what has to hold against every version of a major. Pointers are relative to `api`. */
export function compareApiPayloads(
  old: StandardDefinition | undefined,
  next: StandardDefinition | undefined,
  direction: Direction,
): ChangeFinding[] {
  if (!old || !next || same(old.definition, next.definition)) return [];
  const language = languageOf(next);
  if (languageOf(old) !== language) return [];
  if (language === 'asyncapi' && isObject(old.definition) && isObject(next.definition))
    return below('/definition', compareStreamPayloads(old.definition, next.definition, direction));
  return language !== undefined && language !== 'openapi' && language !== 'datastoreapi'
    ? below('/definition', compareDefinitions(old, next, direction))
    : [];
}

function compareDefinitions(old: StandardDefinition, next: StandardDefinition, direction: Direction, answers = direction): ChangeFinding[] {
  const language = languageOf(next);
  const documents = isObject(old.definition) && isObject(next.definition) ? ([old.definition, next.definition] as const) : undefined;
  if (documents && language === 'asyncapi') return compareStreams(...documents, direction);
  if (documents && language === 'openapi') return compareOpenApi(...documents, answers);
  if (documents && language === 'datastoreapi') return compareDataStore(...documents);
  const format = formatNamed(next.specification);
  if (format) return comparePayload(old.definition, next.definition, format, direction);
  return [say('C33', 'any', { message: `the ${next.specification} document changed in a way that no rule knows` })];
}

function compareSpecificationVersion(old: StandardDefinition, next: StandardDefinition): ChangeFinding[] {
  const [before, after] = [versionOf(old), versionOf(next)];
  if (before === after) return [];
  const major = (version: string | undefined): string | undefined => version?.split('.', 1)[0];
  return [
    say('C20', major(before) === major(after) ? 'minor' : 'major', {
      pointer: '/specificationVersion',
      message: 'the API document follows another version of its language',
      ...beforeAfter(before, after),
    }),
  ];
}

const versionOf = ({ specificationVersion, definition }: StandardDefinition): string | undefined =>
  specificationVersion ??
  ['asyncapi', 'openapi', 'swagger', 'datastoreapi']
    .map((key) => textAt(definition as JsonObject, key))
    .find((version) => version !== undefined);

/** What stands around the document. A version that only follows the document or the port is no news. */
function otherTexts(old: StandardDefinition, next: StandardDefinition): ChangeFinding[] {
  const texts = changedMembers(old, next, ['definition', 'specification', 'specificationVersion', 'version']);
  return texts.length === 0 ? [] : [say('C32', 'any', { message: `${texts.join(', ')} of the API changed` })];
}
