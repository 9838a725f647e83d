import type { PortList, Port } from '../product.js';
import { at, type Json } from '../json.js';
import type { ComparisonFacts } from './context.js';
import type { ChangeFinding } from './finding.js';
import { leavesOf } from './leaves.js';
import { measureOf } from './metrics.js';
import { beforeAfter, say } from './say.js';

/** How the field marks a port as deprecated: with the day, or just so. */
export const deprecationMarks = ['x-deprecated', 'x-deprecatedAt', 'deprecated', 'deprecatedAt'] as const;

const markOf = (port: Port): Json | undefined =>
  deprecationMarks.map((mark) => at(port, mark)).find((value) => value !== undefined && value !== false && value !== null);

/** A port that its consumers are to leave, or no longer (C18). */
export function compareMark(old: Port, next: Port): ChangeFinding[] {
  const [before, after] = [markOf(old), markOf(next)];
  if (before === undefined && after === undefined) return [];
  if (before !== undefined && after !== undefined) return movedMark(before, after);
  return after === undefined
    ? [say('C18', 'taken', { message: 'the port is not deprecated any more', ...beforeAfter(before, after) })]
    : [say('C18', 'marked', { message: 'the port is deprecated: its consumers are to be told', ...beforeAfter(before, after) })];
}

/** The day counts: what was promised from the old one on holds (C65, C66). */
function movedMark(before: Json, after: Json): ChangeFinding[] {
  const seen = beforeAfter(before, after);
  if (seen.before === seen.after) return [];
  const [was, is] = [before, after].map((mark) => (typeof mark === 'string' ? Date.parse(mark) : Number.NaN)) as [number, number];
  return is > was
    ? [say('C66', 'any', { ...seen, message: 'the port counts as deprecated from a later day on' })]
    : [
        say('C65', 'any', {
          ...seen,
          message: 'the port counts as deprecated from another day on: what is deprecated already keeps its period',
        }),
      ];
}

/** A port that is gone (C13, C14, C16, C67). */
export function removedPort(list: PortList, port: Port, part: string, facts: ComparisonFacts): ChangeFinding {
  if (list === 'inputPorts') return say('C16', 'removed', { message: 'an input port is removed' });
  const due = endOfPeriod(port);
  const now = facts.now === undefined ? undefined : Date.parse(facts.now);
  if (due !== undefined && now !== undefined && now < due)
    return say('C67', 'any', { message: `the port is promised until ${new Date(due).toISOString().slice(0, 10)}` });
  const readers = facts.readers?.[part];
  if (due !== undefined && now !== undefined && readers?.length === 0)
    return say('C14', 'any', { message: 'the port is removed after its deprecation period, nobody reads it' });
  return say('C13', 'any', { message: readers?.length ? `the port is removed, ${readers.join(', ')} read it` : 'the port is removed' });
}

/** The time until which the deprecation policy promises the port, in milliseconds; undefined when day or period are not known. */
function endOfPeriod(port: Port): number | undefined {
  const mark = markOf(port);
  const since = typeof mark === 'string' ? Date.parse(mark) : Number.NaN;
  const period = periodOf(port);
  return Number.isNaN(since) || period === undefined || since + period * 1000 > LAST_DATE ? undefined : since + period * 1000;
}

/** The last time that a date can hold. */
const LAST_DATE = 8.64e15;

/** The deprecation period in seconds. */
export function periodOf(port: Port): number | undefined {
  const policy = port.promises?.deprecationPolicy?.definition;
  const leaves = [...leavesOf(policy).values()].filter(({ key }) => /period|deprecation/i.test(key));
  return leaves.map(({ value }) => measureOf(value)).find((measure) => measure?.unit === 'seconds')?.value;
}
