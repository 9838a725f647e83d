export { compareDescriptors, type Comparison } from './compare.js';
export { compareWithHistory } from './history.js';
export { checkJudgements } from './judgements.js';
export { changeRules, sections as changeRuleSections, type ChangeRule, type RuleId } from './rules/index.js';
export type { ComparisonFacts, ComparisonOptions, Judgements } from './context.js';
export type { Bump, ChangeClass, ChangeFinding } from './finding.js';
export { comparePayload } from './payload/index.js';
