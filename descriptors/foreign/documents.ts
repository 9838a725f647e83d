import { languageOf } from '../compare/api/language.js';
import { at, isObject, textAt, type JsonObject } from '../json.js';
import { ports } from '../validate/walk.js';
import { isElsewhere } from './document.js';

/** A document in another language that a port bears. */
export interface ForeignDocument {
  /** JSON Pointer of the API that it defines, in the canonical tree. */
  api: string;
  language: string;
  definition: JsonObject | string;
}

/**
 * The documents of a tree that can be judged: those that are there as a whole, in a language with a name.
 * @param unread documents that refer to what could not be read, which was told
 */
export const foreignDocuments = (tree: JsonObject, unread?: WeakSet<object>): ForeignDocument[] =>
  [...ports(tree)].flatMap(({ value, pointer }) => {
    const api = at(value['promises'], 'api');
    const [specification, definition] = [textAt(api, 'specification'), at(api, 'definition')];
    const language = specification === undefined ? undefined : languageOf({ specification });
    if (language === undefined || isElsewhere(definition)) return [];
    if (isObject(definition) ? unread?.has(definition) === true : typeof definition !== 'string') return [];
    return [{ api: `${pointer}/promises/api`, language, definition: definition as JsonObject | string }];
  });
