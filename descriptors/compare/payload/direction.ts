import type { ChangeFinding } from '../finding.js';
import { say } from '../say.js';

/** Who reads what after the change: consumers of an output port keep the old schema, the product reads its input with the new one. */
export type Direction = 'output' | 'input';

/** When one of two schemas cannot be read: validation tells what is wrong with it. */
export const unreadable = (language: string): ChangeFinding[] => [
  say('C33', 'any', { message: `one of the two schemas is no valid ${language}: not compared` }),
];
