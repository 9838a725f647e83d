import type { Severity } from '../finding.js';
import type { JsonObject } from '../json.js';

/** How hard the rules are: `tolerant` reads what the field writes, `strict` is for descriptors that are written anew. */
export type Profile = 'tolerant' | 'strict';

/** One thing that breaks a rule. Messages name keys and expectations, never the value found: it may be a secret. */
export interface Violation {
  /** JSON Pointer into the canonical tree. */
  pointer: string;
  message: string;
  hint?: string;
  /** Where the rule weighs differently here. */
  severity?: Severity;
  /** Speaks of what is not there: silent when parts could not be read, for they may be what is missed. */
  whole?: true;
}

/** One rule: small enough to be read at a glance, told by `explain`, tested by its id. */
export interface Rule {
  id: string;
  severity: Severity;
  /** What a warning of this rule weighs in the strict profile; the same when left out. */
  strict?: 'error';
  /** As for a violation, for all of them. */
  whole?: true;
  /** What must hold, in one sentence. */
  says: string;
  check(tree: JsonObject): Iterable<Violation>;
}

/** What a violation weighs in a profile. */
export const weightOf = (
  { severity, strict }: Pick<Rule, 'severity' | 'strict'>,
  found: Severity | undefined,
  profile: Profile,
): Severity => {
  const weight = found ?? severity;
  return profile === 'strict' && strict && weight === 'warning' ? strict : weight;
};
