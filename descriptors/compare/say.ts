import { looksRandom } from '../validate/entropy.js';
import { hasSecretShape } from '../validate/secret-words.js';
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
/** Of a long text: so much before the first difference. */
const AHEAD = 20;

/** `before` and `after` of two values in a few words, each left out where there is none; both, where nothing differs. */
export function beforeAfter(old: unknown, next: unknown): Pick<ChangeFinding, 'before' | 'after'> {
  const [one, two] = [textOf(old), textOf(next)];
  if (one === two) return {};
  const from = one === undefined || two === undefined ? 0 : differsAt(one, two);
  return { ...(one !== undefined && { before: shown(one, from) }), ...(two !== undefined && { after: shown(two, from) }) };
}

const textOf = (value: unknown): string | undefined =>
  value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);

function differsAt(one: string, two: string): number {
  let index = 0;
  while (index < one.length && one[index] === two[index]) index++;
  return index;
}

/** The part of a text around the place where it differs; nothing that looks like a secret. */
function shown(text: string, from: number): string {
  if (mayBeSecret(text)) return '(not shown: it may hold a secret)';
  if (text.length <= LONGEST) return text;
  const start = from < LONGEST - AHEAD ? 0 : Math.min(from - AHEAD, text.length - LONGEST);
  const [head, tail] = [start > 0 ? '…' : '', start + LONGEST < text.length ? '…' : ''];
  return head + text.slice(start + head.length, start + LONGEST - tail.length) + tail;
}

/** Far above anything that is compared, low enough to stay quick. */
const MOST_TEXT = 65_536;

const mayBeSecret = (text: string): boolean =>
  hasSecretShape(text.slice(0, MOST_TEXT)) || (text.slice(0, MOST_TEXT).match(/[A-Za-z0-9+/_=-]{16,}/g) ?? []).some(looksRandom);

/** The same findings, their pointers and parts below a place. */
export const below = (pointer: string, findings: readonly ChangeFinding[]): ChangeFinding[] =>
  findings.map((finding) => ({ ...finding, pointer: pointer + (finding.pointer ?? '') }));
