import { isObject } from '../json.js';
import type { Judgements } from './context.js';
import { bumps, classes, type ChangeFinding } from './finding.js';
import { changeRules, type RuleId } from './rules/index.js';

/** The rules that can be configured. */
const JUDGED = Object.entries(changeRules).flatMap(([id, rule]) => (rule.judgement ? [id] : []));

/** The findings with the weights that configuration gives to rules of judgement. Throws `TypeError` for a rule that is none. */
export function withJudgements(findings: ChangeFinding[], judgements: Judgements): ChangeFinding[] {
  if (Object.keys(judgements).length === 0) return findings;
  checkJudgements(judgements);
  return findings.map((finding) => ({ ...finding, ...judgements[finding.rule], ...judgements[`${finding.rule}/${finding.variant}`] }));
}

/** Throws `TypeError` that names the first entry which is no rule of judgement, no case of it, or no class or bump. */
export function checkJudgements(judgements: Judgements): void {
  for (const [name, verdict] of Object.entries(judgements)) {
    const [id = '', ...rest] = name.split('/');
    const variant = rest.length === 0 ? undefined : rest.join('/');
    const rule = Object.hasOwn(changeRules, id) ? changeRules[id as RuleId] : undefined;
    if (!rule) throw new TypeError(`${name} is no rule of comparison: they are C1 to C81, see docs/comparison.md`);
    if (!rule.judgement)
      throw new TypeError(`${id} is a rule of fact, not of judgement: it cannot be configured; ${JUDGED.join(', ')} can`);
    if (variant !== undefined && !Object.hasOwn(rule.cases, variant))
      throw new TypeError(`${id} has no case ${variant}, but ${Object.keys(rule.cases).join(', ')}`);
    if (!isObject(verdict)) throw new TypeError(`${name} is given as {class, bump}`);
    const { class: kind, bump, ...others } = verdict;
    if (Object.keys(others).length > 0) throw new TypeError(`${name}: only class and bump can be set`);
    if (kind === undefined && bump === undefined) throw new TypeError(`${name} is given as {class, bump}`);
    if (kind !== undefined && !classes.includes(kind)) throw new TypeError(`${name}: class is one of ${classes.join(', ')}`);
    if (bump !== undefined && !bumps.includes(bump)) throw new TypeError(`${name}: bump is one of ${bumps.join(', ')}`);
  }
}
