import type { ChangeFinding } from './finding.js';
import { changeRules, type RuleId, type VariantOf } from './rules/index.js';

/** What a comparison saw at one place; the rule gives the weight. */
export type Seen = Pick<ChangeFinding, 'pointer' | 'part' | 'message' | 'before' | 'after'>;

/** A finding of a rule, with class and bump of the case that applies. */
export function say<Id extends RuleId>(rule: Id, variant: VariantOf<Id>, seen: Seen): ChangeFinding {
  const verdict = changeRules[rule].cases[variant];
  if (!verdict) throw new Error(`rule ${rule} has no case ${variant}`);
  return { rule, variant, class: verdict.class, bump: verdict.bump, ...seen };
}

/** Longer values say more than anybody reads in a list. */
const LONGEST = 80;

/** A value in a few words, for `before` and `after`. */
export function shown(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

/** `before` and `after` of two values, each left out where there is none. */
export function beforeAfter(old: unknown, next: unknown): Pick<ChangeFinding, 'before' | 'after'> {
  const [before, after] = [shown(old), shown(next)];
  return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

/** The same findings, their pointers and parts below a place. */
export const below = (pointer: string, findings: readonly ChangeFinding[]): ChangeFinding[] =>
  findings.map((finding) => ({ ...finding, pointer: pointer + (finding.pointer ?? '') }));
