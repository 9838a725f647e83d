import type { Json } from '../../json.js';
import type { ChangeFinding } from '../finding.js';
import { same } from '../parts.js';
import { say } from '../say.js';

/** What a client has to present (C31). */
export function compareSecurity(old: Json | undefined, next: Json | undefined, pointer: string, where: string): ChangeFinding[] {
  if (same(old, next)) return [];
  return next === undefined
    ? [say('C31', 'removed', { pointer, message: `${where} does not ask for credentials any more` })]
    : [say('C31', 'changed', { pointer, message: `${where} asks for other credentials` })];
}
