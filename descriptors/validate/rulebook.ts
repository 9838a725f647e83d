import type { Severity } from '../finding.js';
import { examples, type Example } from './examples.js';
import { rules } from './index.js';
import { readingRules } from './reading.js';
import { weightOf } from './rule.js';

/** A rule as people read about it. */
export interface RuleEntry extends Example {
  id: string;
  /** What must hold, in one sentence. */
  says: string;
  /** By profile. A rule may weigh less where it says so in a finding. */
  tolerant: Severity;
  strict: Severity;
}

const chapter = (id: string): number => ['R', 'T', 'P'].indexOf(id[0] ?? '');
const number = (id: string): number => Number.parseInt(id.slice(1), 10);

/** Every rule by its chapter and number: those that read, those that judge, those that normalise. */
export const rulebook: readonly RuleEntry[] = [...readingRules, ...rules]
  .map((rule) => ({
    id: rule.id,
    says: rule.says,
    tolerant: rule.severity,
    strict: weightOf(rule, undefined, 'strict'),
    ...(examples[rule.id] ?? { bad: '', good: '' }),
  }))
  .sort((one, two) => chapter(one.id) - chapter(two.id) || number(one.id) - number(two.id) || (one.id < two.id ? -1 : 1));

/** The rule of this id, whatever its letters' case. */
export const ruleOf = (id: string): RuleEntry | undefined => rulebook.find((rule) => rule.id.toLowerCase() === id.toLowerCase());
