import type { Bump, ChangeClass } from '../finding.js';

/** What a rule says in one of its cases. */
export interface Verdict {
  class: ChangeClass;
  bump: Bump;
  /** When this case applies; left out for a rule with a single case. */
  when?: string;
}

/** One rule of comparison. */
export interface ChangeRule {
  /** The change. */
  title: string;
  /** Why it is judged so. */
  reason: string;
  /** A change of this kind in a few words. */
  example: string;
  /** True where careful people may judge otherwise: configuration may set another class or bump. */
  judgement?: true;
  cases: { readonly [variant: string]: Verdict };
}

const verdict =
  (kind: ChangeClass) =>
  (bump: Bump, when?: string): Verdict => ({ class: kind, bump, ...(when !== undefined && { when }) });

/** Nobody is hurt. */
export const harmless = verdict('non-breaking');
/** Somebody has to agree. */
export const asks = verdict('needs-approval');
/** Consumers that were allowed before stop working. */
export const breaks = verdict('breaking');
/** May not be registered at all. */
export const refused = (when?: string): Verdict => verdict('reject')('none', when);
