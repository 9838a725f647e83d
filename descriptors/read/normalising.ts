import type { Journal } from './journal.js';
import type { Sources } from './sources.js';

/** What the rules of normalisation share. */
export interface Normalising {
  sources: Sources;
  journal: Journal;
  /** Namespace for products that do not write their fully qualified name. */
  namespace?: string;
}
