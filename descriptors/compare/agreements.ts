import type { Json } from '../json.js';
import type { Port, StandardDefinition } from '../product.js';
import { compareAudience } from './audience.js';
import type { ChangeFinding } from './finding.js';
import { changedLeaves, without } from './leaves.js';
import { movement, stepOf } from './metrics.js';
import { same } from './parts.js';
import { beforeAfter, below, say } from './say.js';

/** What a port promises, expects and is obliged to, apart from its API (C54 to C66). Pointers are relative to the port. */
export function compareAgreements(old: Port, next: Port, readers: readonly string[] | undefined): ChangeFinding[] {
  const [before, after] = [old.promises ?? {}, next.promises ?? {}];
  const [expected, expects] = [old.expectations ?? {}, next.expectations ?? {}];
  const [obliged, obliges] = [old.obligations ?? {}, next.obligations ?? {}];
  return [
    ...definition('/promises/slo', before.slo, after.slo, compareSlo),
    ...definition('/promises/deprecationPolicy', before.deprecationPolicy, after.deprecationPolicy, compareDeprecationPolicy),
    ...definition('/expectations/audience', expected.audience, expects.audience, (one, two) => compareAudience(one, two, readers)),
    ...definition('/expectations/usage', expected.usage, expects.usage, compareUsage),
    ...definition('/obligations/sla', obliged.sla, obliges.sla, compareSla),
    ...definition('/obligations/billingPolicy', obliged.billingPolicy, obliges.billingPolicy, compareBilling),
    ...definition('/obligations/termsAndConditions', obliged.termsAndConditions, obliges.termsAndConditions, compareTerms),
  ];
}

type Compare = (old: Json | undefined, next: Json | undefined) => ChangeFinding[];

function definition(
  pointer: string,
  old: StandardDefinition | undefined,
  next: StandardDefinition | undefined,
  compare: Compare,
): ChangeFinding[] {
  if (same(old, next)) return [];
  const found = same(old?.definition, next?.definition) ? [] : compare(old?.definition, next?.definition);
  if (found.length > 0) return below(`${pointer}/definition`, found);
  // Terms are often a link beside the definition.
  const links = (value: StandardDefinition | undefined): unknown => (value as { externalDocs?: unknown } | undefined)?.externalDocs;
  if (compare === compareTerms && !same(links(old), links(next))) return below(pointer, compare(undefined, undefined));
  return [say('C11', 'any', { pointer, message: 'name, version or description of the definition changed' })];
}

const compareSlo: Compare = (old, next) =>
  changedLeaves(old, next).map(({ key, pointer, old: was, next: is }) => {
    const moved = movement(key, was, is);
    const seen = { pointer, ...beforeAfter(was, is) };
    return moved === 'stronger'
      ? say('C54', 'any', { ...seen, message: `the objective ${key} is ${was === undefined ? 'new' : 'stronger'}` })
      : say('C55', 'any', { ...seen, message: `the objective ${key} ${lost(moved, is)}` });
  });

const compareSla: Compare = (old, next) =>
  changedLeaves(old, next).map(({ key, pointer, old: was, next: is }) => {
    const moved = movement(key, was, is);
    const seen = { pointer, ...beforeAfter(was, is) };
    if (moved === 'stronger')
      return say('C57', 'any', { ...seen, message: `the agreement on ${key} is ${was === undefined ? 'new' : 'stronger'}` });
    return say('C56', moved === 'weaker' ? 'any' : 'unknown', { ...seen, message: `the agreement on ${key} ${lost(moved, is)}` });
  });

const lost = (moved: 'weaker' | 'unknown', is: Json | undefined): string =>
  is === undefined ? 'is gone' : moved === 'weaker' ? 'is weaker' : 'changed in a way that cannot be compared';

const compareDeprecationPolicy: Compare = (old, next) =>
  changedLeaves(old, next).map(({ key, pointer, old: was, next: is }) => {
    const step = was === undefined ? 1 : is === undefined ? -1 : stepOf(was, is);
    const seen = { pointer, ...beforeAfter(was, is) };
    if (step !== undefined && step >= 0)
      return say('C66', 'any', { ...seen, message: `${key} of the deprecation policy is ${was === undefined ? 'new' : 'longer'}` });
    return say('C65', 'any', {
      ...seen,
      message: `${key} of the deprecation policy ${step === undefined ? 'changed' : is === undefined ? 'is gone' : 'is shorter'}`,
    });
  });

/** Lists of what is forbidden or demanded: longer is less freedom. */
const RESTRICTING = /forbid|exclu|deny|denied|filterOn|mandatory|required|limit/i;
/** Lists of what is allowed: longer is more freedom. */
const PERMITTING = /allow|permit|inclu/i;

const compareUsage: Compare = (old, next) =>
  changedLeaves(old, next).map(({ key, pointer, old: was, next: is }) => {
    const seen = { pointer, ...beforeAfter(was, is) };
    const [gained, gone] = [without(is, was).length > 0, without(was, is).length > 0];
    const sign = RESTRICTING.test(key) ? 1 : PERMITTING.test(key) ? -1 : 0;
    if (sign === 0 || (gained && gone)) {
      const variant = sign === 0 ? 'unknown' : 'any';
      return say('C60', variant, { ...seen, message: `${key} changed: what consumers may do is not the same` });
    }
    // A list of what is allowed that appears limits; one that vanishes frees.
    const limits = sign === 1 ? gained : was === undefined || (gone && is !== undefined);
    return limits
      ? say('C60', 'any', { ...seen, message: `${key} leaves less to consumers` })
      : say('C61', 'any', { ...seen, message: `${key} leaves more to consumers` });
  });

const compareBilling: Compare = (old, next) =>
  changedLeaves(old, next).map(({ key, pointer, old: was, next: is }) => {
    const seen = { pointer, ...beforeAfter(was, is) };
    const step = /price|cost|fee|rate|amount/i.test(key) ? (is === undefined ? -1 : was === undefined ? 1 : stepOf(was, is)) : undefined;
    if (step !== undefined && step <= 0) return say('C63', 'any', { ...seen, message: `${key} falls` });
    if (step !== undefined) return say('C62', 'any', { ...seen, message: was === undefined ? `${key} is new` : `${key} rises` });
    const known = old === undefined || next === undefined || /unit|period|currency|price|cost|fee/i.test(key);
    return say('C62', known ? 'any' : 'unknown', { ...seen, message: `${key} of the billing changed` });
  });

const compareTerms: Compare = () => [
  say('C64', 'any', { message: 'the terms and conditions changed: consumers have to accept them again' }),
];
