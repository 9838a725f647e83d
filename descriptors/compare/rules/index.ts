import { agreementRules } from './agreements.js';
import { apiRules } from './api.js';
import { internalRules } from './internals.js';
import { payloadRules } from './payload.js';
import type { ChangeRule } from './rule.js';
import { versionRules } from './versions.js';

export type { ChangeRule, Verdict } from './rule.js';

const all = { ...versionRules, ...apiRules, ...payloadRules, ...agreementRules, ...internalRules };

export type RuleId = keyof typeof all;
export type VariantOf<Id extends RuleId> = keyof (typeof all)[Id]['cases'] & string;

/** Every rule of comparison by its id, C1 to C81. */
export const changeRules: { readonly [id in RuleId]: ChangeRule } = all;

/** The rules as people look them up: docs/comparison.md has these sections. */
export const sections: readonly { title: string; rules: { readonly [id: string]: ChangeRule } }[] = [
  { title: 'Versions, identity, ports', rules: versionRules },
  { title: 'API documents', rules: apiRules },
  { title: 'Payload schemas', rules: payloadRules },
  { title: 'Service levels, expectations, obligations', rules: agreementRules },
  { title: 'Kafka, internals, lifecycle', rules: internalRules },
];
