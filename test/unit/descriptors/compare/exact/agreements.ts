import { definition, output, type Exact, type Tree } from './tree.js';

const holders = {
  slo: 'promises',
  deprecationPolicy: 'promises',
  audience: 'expectations',
  usage: 'expectations',
  sla: 'obligations',
  billingPolicy: 'obligations',
  termsAndConditions: 'obligations',
} as const;

/** A definition before and after (undefined = there is none), and what is found: `rule/case`, and the place inside the definition. */
function row(kind: keyof typeof holders, before: object | undefined, after: object | undefined, ...expected: string[]): Exact {
  const put = (value: object | undefined) => (tree: Tree) => {
    const holder = output(tree)[holders[kind]];
    if (value === undefined) delete holder[kind];
    else holder[kind] = 'specification' in value ? value : definition(value);
  };
  const list = expected.map((line) => {
    const [rule, place] = line.split(' ');
    return `${rule} output/${holders[kind]}/${kind}${place === undefined ? '' : `/definition${place}`}`;
  });
  return [`${kind}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`, list, put(after), put(before)];
}

const objectives = { 'x-operationalSlo': { availability: '0.999', latency: '5s' } };
const levels = { 'x-operationalSla': { availability: '0.99', responsetime: '5s' } };
const prices = { 'x-billingUnit': 'record', 'x-pricePerUnit': '0.01 EUR', 'x-billingPeriod': '1M' };
const metrics = (availability: string, latency: string) => ({
  objectives: [
    { metric: 'availability', target: availability },
    { metric: 'latency', target: latency },
  ],
});

export const agreements: Exact[] = [
  // A definition as a whole is one thing, not as many as it has values.
  row('slo', objectives, undefined, 'C55/any'),
  row('slo', undefined, objectives, 'C54/any'),
  row('sla', levels, undefined, 'C56/any'),
  row('sla', undefined, levels, 'C57/any'),
  row('billingPolicy', prices, undefined, 'C63/any'),
  row('billingPolicy', undefined, prices, 'C62/any'),
  row('audience', { 'x-includes': ['a'], 'x-excludes': ['b'] }, undefined, 'C59/any'),
  row('audience', undefined, { 'x-includes': ['a'], 'x-excludes': ['b'] }, 'C58/any'),
  row('usage', { 'x-filterOn': ['day'], 'x-forbiddenOperations': ['export'] }, undefined, 'C61/any'),
  row('usage', undefined, { 'x-filterOn': ['day'], 'x-forbiddenOperations': ['export'] }, 'C60/any'),
  row('deprecationPolicy', { 'x-deprecation-period': '3M', 'x-notice': '1M' }, undefined, 'C65/any'),
  row('deprecationPolicy', undefined, { 'x-deprecation-period': '3M', 'x-notice': '1M' }, 'C66/any'),
  row('termsAndConditions', { 'x-text': 'a' }, undefined, 'C64/any'),
  // Values in another language do not compare.
  row('slo', definition(objectives, 'openslo'), definition(objectives, 'other'), 'C55/any'),
  row('sla', definition(levels, 'openslo'), definition(levels, 'other'), 'C56/unknown'),
  row('usage', definition({ 'x-a': 1 }, 'one'), definition({ 'x-a': 1 }, 'other'), 'C60/unknown'),
  // Another spelling, or words for people, change nothing.
  row('slo', { freshness: '60s' }, { freshness: '1m' }, 'C11/any'),
  row('slo', { availability: '99.9%' }, { availability: 0.999 }, 'C11/any'),
  row('sla', { description: 'a', availability: '0.9' }, { description: 'b', availability: '0.9' }, 'C11/any'),
  row('audience', { description: 'everybody' }, { description: 'all' }, 'C11/any'),
  row('deprecationPolicy', { 'x-deprecation-period': '3M' }, { 'x-deprecation-period': '3 months' }, 'C11/any'),
  // Values may lie in lists, deeper, or beside their units.
  row('slo', metrics('99.9%', '5s'), metrics('99.95%', '5s'), 'C54/any /objectives/0/target'),
  row('slo', metrics('99.9%', '5s'), metrics('99.9%', '6s'), 'C55/any /objectives/1/target'),
  row('slo', { availability: { target: 0.99 } }, { availability: { target: 0.999 } }, 'C54/any /availability/target'),
  row('slo', { latency: { p99: '5s' } }, { latency: { p99: '6s' } }, 'C55/any /latency/p99'),
  row('slo', { freshness: { value: 5, unit: 'm' } }, { freshness: { value: 1, unit: 'h' } }, 'C55/any /freshness'),
  row('slo', { freshness: '1 hour' }, { freshness: '5 minutes' }, 'C54/any /freshness'),
  row('slo', { latency: '500ms' }, { latency: 'PT0.25S' }, 'C54/any /latency'),
  row('slo', { frequency: '24 a day' }, { frequency: '12 a day' }, 'C55/any /frequency'),
  row(
    'sla',
    levels,
    { 'x-operationalSla': { availability: '0.9', responsetime: '1s' } },
    'C56/any /x-operationalSla/availability',
    'C57/any /x-operationalSla/responsetime',
  ),
  // Who is meant.
  row('audience', { includes: ['a'] }, { includes: ['a', 'b'] }, 'C59/any /includes'),
  row('audience', { 'x-includes': ['*'] }, { 'x-includes': ['b'] }, 'C58/any /x-includes'),
  row('audience', { 'x-includes': ['b'] }, { 'x-includes': ['*'] }, 'C59/any /x-includes'),
  row('audience', { teams: ['a'] }, { teams: ['a', 'b'] }, 'C59/any /teams'),
  row('audience', { teams: ['a', 'b'] }, { teams: ['a'] }, 'C58/any /teams'),
  // How much may be done: numbers and switches too.
  row('usage', { 'x-rateLimit': 100 }, { 'x-rateLimit': 200 }, 'C61/any /x-rateLimit'),
  row('usage', { 'x-rateLimit': 200 }, { 'x-rateLimit': 100 }, 'C60/any /x-rateLimit'),
  row('usage', { 'x-maxRequests': '200' }, { 'x-maxRequests': '100' }, 'C60/any /x-maxRequests'),
  row('usage', { 'x-allowExport': true }, { 'x-allowExport': false }, 'C60/any /x-allowExport'),
  row('usage', { 'x-allowExport': false }, { 'x-allowExport': true }, 'C61/any /x-allowExport'),
  row('usage', { 'x-filterMandatory': true }, { 'x-filterMandatory': false }, 'C61/any /x-filterMandatory'),
  row('usage', { 'x-filterOn': ['day'] }, { 'x-filterOn': [] }, 'C61/any /x-filterOn'),
  // What it costs.
  row('billingPolicy', { 'x-pricePerUnit': '$0.02' }, { 'x-pricePerUnit': '$0.01' }, 'C63/any /x-pricePerUnit'),
  row('billingPolicy', { 'x-pricePerUnit': 'EUR 0.01' }, { 'x-pricePerUnit': 'EUR 0.02' }, 'C62/any /x-pricePerUnit'),
  row('billingPolicy', { 'x-pricePerUnit': '0.02 EUR' }, { 'x-pricePerUnit': '0.01 USD' }, 'C62/any /x-pricePerUnit'),
  row('billingPolicy', { price: { amount: 2, currency: 'EUR' } }, { price: { amount: 1, currency: 'EUR' } }, 'C63/any /price'),
  row('billingPolicy', { ...prices, 'x-billingUnit': 'MiB' }, prices, 'C62/any /x-billingUnit'),
];
