import type { Judgements } from './context.js';
import { bumps, classes, type ChangeFinding } from './finding.js';
import { changeRules, type RuleId } from './rules/index.js';

/** The findings with the weights that configuration gives to rules of judgement. Throws `TypeError` for a rule that is none. */
export function withJudgements(findings: ChangeFinding[], judgements: Judgements): ChangeFinding[] {
  if (Object.keys(judgements).length === 0) return findings;
  checkJudgements(judgements);
  return findings.map((finding) => ({ ...finding, ...judgements[finding.rule], ...judgements[`${finding.rule}/${finding.variant}`] }));
}

/** Throws `TypeError` that names the first entry which is no rule of judgement, no case of it, or no class or bump. */
export function checkJudgements(judgements: Judgements): void {
  for (const [name, verdict] of Object.entries(judgements)) {
    const [id = '', variant] = name.split('/');
    const rule = Object.hasOwn(changeRules, id) ? changeRules[id as RuleId] : undefined;
    if (!rule) throw new TypeError(`${name} is no rule of comparison`);
    if (!rule.judgement) throw new TypeError(`${id} is a rule of fact, not of judgement: it cannot be configured`);
    if (variant !== undefined && !Object.hasOwn(rule.cases, variant)) throw new TypeError(`${id} has no case ${variant}`);
    const { class: kind, bump, ...others } = verdict;
    if (kind !== undefined && !classes.includes(kind)) throw new TypeError(`${name}: class is one of ${classes.join(', ')}`);
    if (bump !== undefined && !bumps.includes(bump)) throw new TypeError(`${name}: bump is one of ${bumps.join(', ')}`);
    if (Object.keys(others).length > 0) throw new TypeError(`${name}: only class and bump can be set`);
  }
}
