import type { JsonObject } from '../../../../../descriptors/json.js';
import { definition, output, type Case } from './case.js';

type Place = [holder: 'promises' | 'expectations' | 'obligations', key: string];
const put =
  ([holder, key]: Place, value: JsonObject | undefined): Case['change'] =>
  (tree) => {
    const port = output(tree);
    const agreement = { ...(port[holder] as object | undefined) } as { [name: string]: unknown };
    if (value === undefined) delete agreement[key];
    else agreement[key] = definition(value);
    Object.assign(port, { [holder]: agreement });
  };

const slo: Place = ['promises', 'slo'];
const period: Place = ['promises', 'deprecationPolicy'];
const audience: Place = ['expectations', 'audience'];
const usage: Place = ['expectations', 'usage'];
const sla: Place = ['obligations', 'sla'];
const billing: Place = ['obligations', 'billingPolicy'];
const terms: Place = ['obligations', 'termsAndConditions'];

type Row = [rule: string, is: string, place: Place, before: JsonObject | undefined, after: JsonObject | undefined, facts?: Case['facts']];

const sales: Case['facts'] = { readers: { 'outputPorts/tripStatus': ['sales'] } };

const rows: Row[] = [
  ['C11/any', 'non-breaking patch', slo, { description: 'a' }, { description: 'a' }],
  ['C54/any', 'non-breaking minor', slo, { q: { freshness: '5m' } }, { q: { freshness: '1m' } }],
  ['C54/any', 'non-breaking minor', slo, { q: { availability: '0.99' } }, { q: { availability: '99.9%' } }],
  ['C54/any', 'non-breaking minor', slo, undefined, { q: { availability: '0.99' } }],
  ['C55/any', 'needs-approval minor', slo, { q: { availability: '0.999' } }, { q: { availability: '0.99' } }],
  ['C55/any', 'needs-approval minor', slo, { q: { freshness: '5m' } }, { q: { freshness: '5M' } }],
  ['C55/any', 'needs-approval minor', slo, { q: { freshness: '5m' } }, undefined],
  ['C55/any', 'needs-approval minor', slo, { q: { mood: '5' } }, { q: { mood: '6' } }],
  ['C56/any', 'breaking major', sla, { q: { responsetime: '1s' } }, { q: { responsetime: '2s' } }],
  ['C56/any', 'breaking major', sla, { q: { responsetime: '1s' } }, undefined],
  ['C56/unknown', 'needs-approval minor', sla, { q: { mood: '5' } }, { q: { mood: '6' } }],
  ['C57/any', 'non-breaking minor', sla, { q: { responsetime: '1s' } }, { q: { responsetime: '500ms' } }],
  ['C58/any', 'needs-approval minor', audience, { 'x-includes': ['a', 'b'] }, { 'x-includes': ['a'] }],
  ['C58/any', 'needs-approval minor', audience, { 'x-excludes': [] }, { 'x-excludes': ['a'] }],
  ['C58/any', 'needs-approval minor', audience, { 'x-includes': ['a', 'b'] }, { 'x-includes': ['a'] }, sales],
  ['C58/hit', 'breaking major', audience, { 'x-includes': ['sales', 'b'] }, { 'x-includes': ['b'] }, sales],
  ['C58/hit', 'breaking major', audience, undefined, { 'x-includes': ['b'] }, sales],
  ['C59/any', 'needs-approval minor', audience, { 'x-includes': ['a'] }, { 'x-includes': ['a', 'b'] }],
  ['C59/any', 'needs-approval minor', audience, { 'x-excludes': ['a'] }, { 'x-excludes': [] }],
  ['C60/any', 'breaking major', usage, { 'x-forbiddenOperations': [] }, { 'x-forbiddenOperations': ['export'] }],
  ['C60/any', 'breaking major', usage, {}, { 'x-filterOn': ['day'] }],
  ['C60/any', 'breaking major', usage, { 'x-allowed': ['a', 'b'] }, { 'x-allowed': ['a'] }],
  ['C60/unknown', 'needs-approval minor', usage, { 'x-mood': 'a' }, { 'x-mood': 'b' }],
  ['C61/any', 'non-breaking minor', usage, { 'x-forbiddenOperations': ['export'] }, { 'x-forbiddenOperations': [] }],
  ['C61/any', 'non-breaking minor', usage, { 'x-allowed': ['a'] }, { 'x-allowed': ['a', 'b'] }],
  ['C62/any', 'breaking major', billing, { 'x-pricePerUnit': '1 EUR' }, { 'x-pricePerUnit': '2 EUR' }],
  ['C62/any', 'breaking major', billing, { 'x-billingPeriod': '1M' }, { 'x-billingPeriod': '1w' }],
  ['C62/any', 'breaking major', billing, undefined, { 'x-pricePerUnit': '2 EUR' }],
  ['C62/unknown', 'needs-approval minor', billing, { 'x-mood': 'a' }, { 'x-mood': 'b' }],
  ['C63/any', 'non-breaking minor', billing, { 'x-pricePerUnit': '2 EUR' }, { 'x-pricePerUnit': '1 EUR' }],
  ['C64/any', 'needs-approval minor', terms, { 'x-text': 'a' }, { 'x-text': 'b' }],
  ['C65/any', 'needs-approval minor', period, { 'x-deprecation-period': '3M' }, { 'x-deprecation-period': '3m' }],
  ['C65/any', 'needs-approval minor', period, { 'x-deprecation-period': '3M' }, undefined],
  ['C65/any', 'needs-approval minor', period, { 'x-deprecation-period': 'long' }, { 'x-deprecation-period': 'longer' }],
  ['C66/any', 'non-breaking patch', period, { 'x-deprecation-period': 'P3M' }, { 'x-deprecation-period': '6M' }],
  ['C66/any', 'non-breaking patch', period, undefined, { 'x-deprecation-period': '6M' }],
];

/** Service levels, expectations, obligations. */
export const agreementCases: Case[] = rows.map(([rule, is, place, before, after, facts]) => ({
  rule,
  is,
  what: `${place.join('.')}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
  before: put(place, before),
  change: (tree) => {
    put(place, after)(tree);
    if (rule === 'C11/any') Object.assign(output(tree).promises!.slo!, { description: 'Other words' });
  },
  ...(facts && { facts }),
}));
