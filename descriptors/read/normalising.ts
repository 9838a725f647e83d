import type { Journal } from './journal.js';
import type { Sources } from './sources.js';

/** What the rules of normalisation share. */
export interface Normalising {
  sources: Sources;
  journal: Journal;
  /** Older names of the product's components → their canonical ones. */
  names: Map<string, string>;
  /** Namespace for products that do not write their fully qualified name. */
  namespace?: string;
}
