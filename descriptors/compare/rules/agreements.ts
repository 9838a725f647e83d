import { asks, breaks, harmless, refused, type ChangeRule } from './rule.js';

/** Service levels, expectations, obligations, and the end of things. */
export const agreementRules = {
  C54: {
    title: 'a service level objective is stronger, or new',
    reason: 'consumers get more than before',
    example: 'freshness 5m → 1m',
    cases: { any: harmless('minor') },
  },
  C55: {
    title: 'a service level objective is weaker, gone, or not comparable',
    reason: 'an objective is an intent; those who built on it are to be told',
    example: 'availability 0.999 → 0.99',
    cases: { any: asks('minor') },
  },
  C56: {
    title: 'a service level agreement is weaker, gone, or not comparable',
    reason: 'an obligation cannot be changed by one side',
    example: 'availability 0.999 → 0.99 in obligations',
    cases: { any: breaks('major', 'weaker or gone'), unknown: asks('minor', 'a metric or unit that no rule knows') },
  },
  C57: {
    title: 'a service level agreement is stronger, or new',
    reason: 'consumers get more than before',
    example: 'availability 0.99 → 0.999 in obligations',
    cases: { any: harmless('minor') },
  },
  C58: {
    title: 'the audience becomes narrower',
    reason: 'somebody who was meant before is not any more',
    example: 'x-excludes: [sales]',
    cases: { any: asks('minor', 'nobody who reads now is known to be hit'), hit: breaks('major', 'somebody who reads now is hit') },
  },
  C59: {
    title: 'the audience becomes wider',
    reason: 'privacy: more people see the data',
    example: 'x-includes: [logistics, sales]',
    cases: { any: asks('minor') },
  },
  C60: {
    title: 'what consumers may do becomes less',
    reason: 'a use that was allowed is forbidden',
    example: 'x-forbiddenOperations: [export]',
    cases: { any: breaks('major', 'less'), unknown: asks('minor', 'changed in a way that no rule knows') },
  },
  C61: {
    title: 'what consumers may do becomes more',
    reason: 'nobody has to change anything',
    example: 'x-forbiddenOperations: []',
    cases: { any: harmless('minor') },
  },
  C62: {
    title: 'the price rises, its unit or period changed, or billing is new',
    reason: 'consumers have to agree to it again',
    example: 'x-pricePerUnit 0.01 → 0.02',
    cases: { any: breaks('major', 'dearer, other units, or new'), unknown: asks('minor', 'changed in a way that no rule knows') },
  },
  C63: {
    title: 'the price falls',
    reason: 'nobody has to change anything',
    example: 'x-pricePerUnit 0.02 → 0.01',
    cases: { any: harmless('minor') },
  },
  C64: {
    title: 'the terms and conditions changed',
    reason: 'consumers have to accept them again',
    example: 'a new link to the terms',
    cases: { any: asks('minor') },
  },
  C65: {
    title: 'the deprecation period is shorter, gone, or not comparable',
    reason: 'consumers planned with it; what is deprecated already keeps its period',
    example: 'x-deprecation-period 3M → 1M',
    cases: { any: asks('minor') },
  },
  C66: {
    title: 'the deprecation period is longer, or new',
    reason: 'consumers get more time',
    example: 'x-deprecation-period 3M → 6M',
    cases: { any: harmless('patch') },
  },
  C67: {
    title: 'a port is removed before its deprecation period has passed',
    reason: 'the deprecation policy promised it',
    example: 'x-deprecated: 2026-01-01, period 3M, removed in February',
    cases: { any: refused() },
  },
  C68: {
    title: 'a new major version is published beside the old one',
    reason: 'the old one goes on until its deprecation period has passed',
    example: '1.4.0 → 2.0.0',
    cases: { any: harmless('none') },
  },
} as const satisfies { [id: string]: ChangeRule };
