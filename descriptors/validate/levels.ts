import { movement, measureOf, stepOf } from '../compare/metrics.js';
import { at, isObject, pointerTo, type Json, type JsonObject } from '../json.js';
import type { Rule, Violation } from './rule.js';
import { definitions, ports, type Place } from './walk.js';

/** Groups of measures, as descriptors of the field write them. */
const GROUPS = /^x-(operational|quality)Sl[oa]$/;

/** The measures of a service level definition: `x-operationalSlo`, `x-qualitySla`, ... by name, and a deprecation period. */
function* measures(
  definition: Json | undefined,
  pointer: string,
): Generator<{ group: string; name: string; value: Json } & Pick<Place, 'pointer'>> {
  if (!isObject(definition)) return;
  for (const [group, held] of Object.entries(definition)) {
    if (group === 'x-deprecation-period') yield { group, name: group, value: held, pointer: pointerTo(pointer, group) };
    if (!GROUPS.test(group) || !isObject(held)) continue;
    for (const [name, value] of Object.entries(held)) yield { group, name, value, pointer: pointerTo(pointer, group, name) };
  }
}

/** Service levels that no program can read: a text, or a definition without anything in it. */
export function* prose(tree: JsonObject, level: 'slo' | 'sla'): Generator<Violation> {
  for (const { value, key, pointer } of definitions(tree)) {
    const { definition } = value;
    if (key !== level || !(typeof definition === 'string' || (isObject(definition) && Object.keys(definition).length === 0))) continue;
    yield {
      pointer: `${pointer}/definition`,
      message: 'no program can read these service levels',
      hint: `Write them as fields, e.g. "x-quality${level === 'slo' ? 'Slo' : 'Sla'}": {"freshness": "5m"}.`,
    };
  }
}

/** Periods of deprecation are told in days at least. */
const DAY_SECONDS = 86_400;

/** Why a measure says something else than it seems to. */
function misread(name: string, { value, unit }: { value: number; unit: string }): Pick<Violation, 'message' | 'hint'> | undefined {
  if (name === 'x-deprecation-period' && unit === 'seconds' && value < DAY_SECONDS)
    return { message: 'this is less than a day', hint: 'M is months, m is minutes.' };
  if (/^availability$/i.test(name) && unit === '' && (value < 0 || value > 1))
    return { message: 'an availability is a fraction of 1', hint: 'For example "0.999", or "99.9%".' };
  return undefined;
}

/** Promised and agreed levels of service. */
export const levelRules: Rule[] = [
  {
    id: 'R62',
    severity: 'warning',
    says: 'Promised service levels can be computed: a definition is data, not prose.',
    *check(tree) {
      yield* prose(tree, 'slo');
    },
  },
  {
    id: 'R66',
    severity: 'warning',
    says: 'What is agreed with a penalty (SLA) is not stricter than what is promised without one (SLO).',
    *check(tree) {
      for (const { value, pointer } of ports(tree)) {
        const promised = at(at(value['promises'], 'slo'), 'definition');
        const place = `${pointer}/obligations/sla/definition`;
        for (const { group, name, value: agreed, pointer: where } of measures(at(at(value['obligations'], 'sla'), 'definition'), place)) {
          const slo = at(at(promised, group.replace(/a$/, 'o')), name);
          if (slo !== undefined && stepOf(slo, agreed) !== 0 && movement(name, slo, agreed) === 'stronger')
            yield { pointer: where, message: 'the agreement is stricter than the promise in promises.slo' };
        }
      }
    },
  },
  {
    id: 'R67',
    severity: 'warning',
    says: 'A measure is a number with a unit, as a text: "0.999", "5m" (minutes), "3M" (months).',
    *check(tree) {
      for (const { value, pointer } of definitions(tree))
        for (const { name, value: measure, pointer: where } of measures(value['definition'], `${pointer}/definition`)) {
          const read = measureOf(measure);
          const hint = 'For example "0.999", "5m" for minutes, "3M" for months.';
          const fault = read ? misread(name, read) : { message: 'this is no number with a unit', hint };
          if (fault) yield { pointer: where, ...fault };
        }
    },
  },
];
