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

const ISO_DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const ISO_UNITS = ['Y', 'M', 'W', 'D', 'h', 'm', 's'];

export interface Measure {
  value: number;
  /** What the number counts: measures compare only within one. */
  unit: string;
}

/** A number with its unit, as descriptors write them: `0.999`, `99.9%`, `5m`, `3M`, `P3M`, `100 records/s`. Undefined when it is none. */
export function measureOf(value: Json | undefined): Measure | undefined {
  if (typeof value === 'number') return { value, unit: '' };
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const iso = ISO_DURATION.exec(value);
  if (iso && value.length > 2) {
    const seconds = ISO_UNITS.reduce((sum, unit, index) => sum + Number(iso[index + 1] ?? 0) * (SECONDS[unit] ?? 0), 0);
    return { value: seconds, unit: 'seconds' };
  }
  const [, digits, rest] = /^\s*([+-]?\d+(?:\.\d+)?)\s*(.*?)\s*$/.exec(value) ?? [];
  if (digits === undefined || rest === undefined) return undefined;
  const number = Number(digits);
  if (rest === '%') return { value: number / 100, unit: '' };
  const seconds = Object.hasOwn(SECONDS, rest) ? SECONDS[rest] : undefined;
  return seconds === undefined ? { value: number, unit: rest } : { value: number * seconds, unit: 'seconds' };
}

const UP = /availab|uptime|complete|retention|throughput|accuracy|uniqueness|validity/i;
const DOWN = /response|latency|fresh|timeliness|error|frequency|interval|delay|lag|downtime|recovery/i;

/** How a metric's value moved, seen by those who rely on it. `unknown` for a metric or unit that is not understood. */
export function movement(metric: string, old: Json | undefined, next: Json | undefined): 'stronger' | 'weaker' | 'unknown' {
  if (old === undefined) return 'stronger';
  if (next === undefined) return 'weaker';
  const sign = DOWN.test(metric) ? -1 : UP.test(metric) ? 1 : 0;
  const change = stepOf(old, next);
  if (sign === 0 || change === undefined) return 'unknown';
  return change * sign >= 0 ? 'stronger' : 'weaker';
}

/** Above zero when the second measure is greater; undefined when the two do not compare. */
export function stepOf(old: Json | undefined, next: Json | undefined): number | undefined {
  const [before, after] = [measureOf(old), measureOf(next)];
  return before && after && before.unit === after.unit ? after.value - before.value : undefined;
}
