import { movement, measureOf } from '../compare/metrics.js';
import { at, isObject, pointerTo, type Json } from '../json.js';
import type { Rule } from './rule.js';
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

/** Promised and agreed levels of service. */
export const levelRules: Rule[] = [
  {
    id: 'R62',
    severity: 'warning',
    says: 'Service levels can be computed: a definition is data, not prose.',
    *check(tree) {
      for (const { value, key, pointer } of definitions(tree))
        if ((key === 'slo' || key === 'sla') && typeof value['definition'] === 'string')
          yield {
            pointer: `${pointer}/definition`,
            message: 'no program can read these service levels',
            hint: 'Write them as fields, e.g. "x-qualitySlo": {"freshness": "5m"}.',
          };
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
          if (slo !== undefined && JSON.stringify(slo) !== JSON.stringify(agreed) && movement(name, slo, agreed) === 'stronger')
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
        for (const { value: measure, pointer: where } of measures(value['definition'], `${pointer}/definition`))
          if (measureOf(measure) === undefined)
            yield {
              pointer: where,
              message: 'this is no number with a unit',
              hint: 'For example "0.999", "5m" for minutes, "3M" for months.',
            };
    },
  },
];
