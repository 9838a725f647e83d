import type { Json } from '../json.js';
import type { ChangeFinding } from './finding.js';
import type { ChangedLeaf } from './leaves.js';

/** What a change of a definition (service levels, audience, usage, billing, terms, ...) means. */
export interface Agreement {
  /** The whole is new, gone, or in another language, so that its values do not compare. Place, before and after are told by the caller. */
  whole: (how: 'new' | 'gone' | 'unlike', old: Json | undefined, next: Json | undefined) => ChangeFinding;
  /** One value changed; nothing is found where only its spelling did. Pointers are relative to the definition. */
  leaf: (leaf: ChangedLeaf, old: Json | undefined, next: Json | undefined) => ChangeFinding[];
  /** Texts and links are what people agreed to. */
  textsCount?: true;
}
