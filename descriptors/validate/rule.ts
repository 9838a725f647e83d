import type { Severity } from '../finding.js';
import type { JsonObject } from '../json.js';

/** One thing that breaks a rule. Messages name keys and expectations, never the value found: it may be a secret. */
export interface Violation {
  /** JSON Pointer into the canonical tree. */
  pointer: string;
  message: string;
  hint?: string;
  /** Where the rule weighs differently here. */
  severity?: Severity;
}

/** One rule: small enough to be read at a glance, told by `explain`, tested by its id. */
export interface Rule {
  id: string;
  severity: Severity;
  /** What must hold, in one sentence. */
  says: string;
  check(tree: JsonObject): Iterable<Violation>;
}
