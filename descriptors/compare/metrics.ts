import type { Json } from '../json.js';

/** Seconds of a unit. Case matters: `M` is months, `m` minutes. */
const SECONDS: { [unit: string]: number } = {
  ms: 0.001,
  s: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
  D: 86_400,
  w: 604_800,
  W: 604_800,
  M: 2_629_746,
  y: 31_556_952,
  Y: 31_556_952,
};

/** The same units as words, also in the plural. */
const WORDS: { [word: string]: string } = {
  millisecond: 'ms',
  milli: 'ms',
  sec: 's',
  second: 's',
  minute: 'm',
  hour: 'h',
  day: 'd',
  week: 'w',
  month: 'M',
  year: 'y',
};

const ISO_DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const ISO_UNITS = ['Y', 'M', 'W', 'D', 'h', 'm', 's'];

export interface Measure {
  value: number;
  /** What the number counts: measures compare only within one. */
  unit: string;
}

/** A number with its unit, as descriptors write them: `0.999`, `99.9%`, `5m`, `3 months`, `P3M`, `100 records/s`, `$0.02`. Undefined when it is none. */
export function measureOf(value: Json | undefined): Measure | undefined {
  if (typeof value === 'number') return { value, unit: '' };
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const iso = ISO_DURATION.exec(value);
  if (iso && value.length > 2) {
    const seconds = ISO_UNITS.reduce((sum, unit, index) => sum + Number(iso[index + 1] ?? 0) * (SECONDS[unit] ?? 0), 0);
    return { value: seconds, unit: 'seconds' };
  }
  const [, currency = '', digits, rest = ''] = /^\s*([^\s\d.+-]{0,3})\s*([+-]?\d+(?:\.\d+)?)\s*(.*?)\s*$/.exec(value) ?? [];
  if (digits === undefined || (currency !== '' && rest !== '')) return undefined;
  const number = Number(digits);
  // Rounded, for 99.9% is 0.999.
  if (rest === '%') return { value: Number((number / 100).toPrecision(12)), unit: '' };
  const seconds = secondsOf(rest);
  return seconds === undefined ? { value: number, unit: currency + rest } : { value: number * seconds, unit: 'seconds' };
}

function secondsOf(unit: string): number | undefined {
  const word = unit.toLowerCase().replace(/s$/, '');
  const short = Object.hasOwn(SECONDS, unit) ? unit : Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  return short === undefined ? undefined : SECONDS[short];
}

const UP = /availab|uptime|complete|retention|throughput|accuracy|uniqueness|validity|mtbf/i;
const DOWN = /response|latency|fresh|timeliness|error|frequency|interval|delay|lag|downtime|recovery|mttr|^r[pt]o$/i;

/** Above zero for a metric of which more is better, below for one of which less is, 0 for one that is not known. */
const signOf = (metric: string): number => (DOWN.test(metric) ? -1 : UP.test(metric) ? 1 : 0);

/**
 * How a metric's value moved, seen by those who rely on it. Of several names the last one that is known says what is better. `unknown`
 * for a metric or unit that is not understood.
 */
export function movement(
  metric: string | readonly string[],
  old: Json | undefined,
  next: Json | undefined,
): 'stronger' | 'weaker' | 'equal' | 'unknown' {
  if (old === undefined) return 'stronger';
  if (next === undefined) return 'weaker';
  const name = [metric].flat().findLast((each) => signOf(each) !== 0) ?? '';
  const change = stepOf(old, next);
  if (change === 0) return 'equal';
  // Once an hour is an interval, 24 a day is a rate: which of them grows is not known from the number alone.
  const rate = /frequency/i.test(name) && measureOf(next)?.unit !== 'seconds';
  if (signOf(name) === 0 || change === undefined || rate) return 'unknown';
  return change * signOf(name) > 0 ? 'stronger' : 'weaker';
}

/** Above zero when the second measure is greater; undefined when the two do not compare. */
export function stepOf(old: Json | undefined, next: Json | undefined): number | undefined {
  const [before, after] = [measureOf(old), measureOf(next)];
  return before && after && before.unit === after.unit ? after.value - before.value : undefined;
}
