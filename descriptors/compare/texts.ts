import { isSecretKey } from '../validate/secret-words.js';
import type { ChangeFinding } from './finding.js';
import { beforeAfter, say } from './say.js';

/** A member that only people read, and that changed. */
export interface ChangedText {
  name: string;
  pointer: string;
  old: unknown;
  next: unknown;
}

/** Names, descriptions, tags, links, contacts, extensions of one place that changed (C11): one finding that names them all. */
export function textsChanged(texts: readonly ChangedText[], part: string | undefined, pointer: string): ChangeFinding[] {
  const [first, ...others] = texts;
  if (!first) return [];
  const message = `${texts.map(({ name }) => name).join(', ')} changed`;
  const seen =
    others.length > 0 ? { pointer } : { pointer: first.pointer, ...(isSecretKey(first.name) ? {} : beforeAfter(first.old, first.next)) };
  return [say('C11', 'any', { ...(part !== undefined && { part }), ...seen, message })];
}
