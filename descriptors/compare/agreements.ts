import { textAt, type Json } from '../json.js';
import type { Port, StandardDefinition } from '../product.js';
import type { Agreement } from './agreement.js';
import { compareAudience } from './audience.js';
import { compareBilling } from './billing.js';
import type { ChangeFinding } from './finding.js';
import { changedLeaves } from './leaves.js';
import { movement, stepOf } from './metrics.js';
import { same } from './parts.js';
import { beforeAfter, below, say } from './say.js';
import { compareUsage } from './usage.js';

/** What a port promises, expects and is obliged to, apart from its API (C54 to C66). Pointers are relative to the port. */
export function compareAgreements(old: Port, next: Port, readers: readonly string[] | undefined): ChangeFinding[] {
  const [before, after] = [old.promises ?? {}, next.promises ?? {}];
  const [expected, expects] = [old.expectations ?? {}, next.expectations ?? {}];
  const [obliged, obliges] = [old.obligations ?? {}, next.obligations ?? {}];
  return [
    ...definition('/promises/slo', before.slo, after.slo, objectives),
    ...definition('/promises/deprecationPolicy', before.deprecationPolicy, after.deprecationPolicy, deprecationPolicy),
    ...definition('/expectations/audience', expected.audience, expects.audience, compareAudience(readers)),
    ...definition('/expectations/usage', expected.usage, expects.usage, compareUsage),
    ...definition('/obligations/sla', obliged.sla, obliges.sla, levels),
    ...definition('/obligations/billingPolicy', obliged.billingPolicy, obliges.billingPolicy, compareBilling),
    ...definition('/obligations/termsAndConditions', obliged.termsAndConditions, obliges.termsAndConditions, terms),
  ];
}

/** Members of a definition that only people read. */
const TEXTS = ['description', 'title', 'displayName', 'summary', 'comment', 'externalDocs', 'tags'];

const language = (value: StandardDefinition): string | undefined => textAt(value, 'specification')?.toLowerCase();

function definition(
  pointer: string,
  old: StandardDefinition | undefined,
  next: StandardDefinition | undefined,
  { whole, leaf, textsCount }: Agreement,
): ChangeFinding[] {
  if (same(old, next)) return [];
  const at = (how: 'new' | 'gone' | 'unlike'): ChangeFinding[] => [
    { ...whole(how, old?.definition, next?.definition), pointer, ...beforeAfter(old?.definition, next?.definition) },
  ];
  if (!old || !next) return at(old ? 'gone' : 'new');
  if (language(old) !== language(next)) return at('unlike');
  // Texts in another place than a definition of values are the agreement itself.
  if (typeof old.definition === 'string' || typeof next.definition === 'string') {
    if (!same(old.definition, next.definition)) return at('unlike');
  } else {
    const counts = (names: readonly string[]): boolean => textsCount === true || !names.some((name) => TEXTS.includes(name));
    const changes = changedLeaves(old.definition, next.definition).filter(({ names }) => counts(names));
    const found = changes.flatMap((change) => leaf(change, old.definition, next.definition));
    if (found.length > 0) return below(`${pointer}/definition`, found);
  }
  const link = (value: StandardDefinition): unknown => (value as { externalDocs?: unknown }).externalDocs;
  if (textsCount && !same(link(old), link(next))) return at('unlike');
  return [say('C11', 'any', { pointer, message: 'name, version, description or spelling of the definition changed' })];
}

const objectives: Agreement = {
  whole: (how) =>
    how === 'new'
      ? say('C54', 'any', { message: 'the service level objectives are new' })
      : say('C55', 'any', { message: `the service level objectives ${how === 'gone' ? 'are gone' : UNLIKE}` }),
  leaf({ key, names, pointer, old: was, next: is }) {
    const moved = movement(names, was, is);
    if (moved === 'equal') return [];
    const seen = { pointer, ...beforeAfter(was, is) };
    return [
      moved === 'stronger'
        ? say('C54', 'any', { ...seen, message: `the objective ${key} is ${was === undefined ? 'new' : 'stronger'}` })
        : say('C55', 'any', { ...seen, message: `the objective ${key} ${lost(moved, is)}` }),
    ];
  },
};

const levels: Agreement = {
  whole: (how) =>
    how === 'new'
      ? say('C57', 'any', { message: 'the service level agreement is new' })
      : say('C56', how === 'gone' ? 'any' : 'unknown', { message: `the service level agreement ${lostWhole[how]}` }),
  leaf({ key, names, pointer, old: was, next: is }) {
    const moved = movement(names, was, is);
    if (moved === 'equal') return [];
    const seen = { pointer, ...beforeAfter(was, is) };
    return [
      moved === 'stronger'
        ? say('C57', 'any', { ...seen, message: `the agreement on ${key} is ${was === undefined ? 'new' : 'stronger'}` })
        : say('C56', moved === 'weaker' ? 'any' : 'unknown', { ...seen, message: `the agreement on ${key} ${lost(moved, is)}` }),
    ];
  },
};

const UNLIKE = 'changed in a way that cannot be compared';
const lostWhole = { gone: 'is gone', unlike: UNLIKE };
const lost = (moved: 'weaker' | 'unknown', is: Json | undefined): string =>
  is === undefined ? 'is gone' : moved === 'weaker' ? 'is weaker' : UNLIKE;

const deprecationPolicy: Agreement = {
  whole: (how) =>
    how === 'new'
      ? say('C66', 'any', { message: 'the deprecation policy is new' })
      : say('C65', 'any', { message: `the deprecation policy ${lostWhole[how]}` }),
  leaf({ key, pointer, old: was, next: is }) {
    const step = was === undefined ? 1 : is === undefined ? -1 : stepOf(was, is);
    if (step === 0) return [];
    const seen = { pointer, ...beforeAfter(was, is) };
    if (step !== undefined && step > 0)
      return [say('C66', 'any', { ...seen, message: `${key} of the deprecation policy is ${was === undefined ? 'new' : 'longer'}` })];
    const how = step === undefined ? 'changed' : is === undefined ? 'is gone' : 'is shorter';
    return [say('C65', 'any', { ...seen, message: `${key} of the deprecation policy ${how}` })];
  },
};

const terms: Agreement = {
  textsCount: true,
  whole: (how) =>
    say('C64', 'any', {
      message:
        how === 'gone'
          ? 'the terms and conditions are gone'
          : `the terms and conditions ${how === 'new' ? 'are new' : 'changed'}: consumers have to accept them`,
    }),
  leaf: ({ pointer, old: was, next: is }) => [
    say('C64', 'any', {
      pointer,
      ...beforeAfter(was, is),
      message: 'the terms and conditions changed: consumers have to accept them again',
    }),
  ],
};
