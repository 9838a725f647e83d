import { isObject, pointerTo, textAt, type Json, type JsonObject } from '../json.js';
import { same } from './parts.js';

/** A value inside a definition that a rule looks at. */
export interface Leaf {
  /** What it is called: the last name on the way to it that says something. */
  key: string;
  /** All such names on the way to it. */
  names: readonly string[];
  pointer: string;
  value: Json;
}

/** Members that hold the value of what their holder is called: `{"latency": {"target": "5s"}}`. */
const VALUES = ['value', 'target', 'threshold', 'objective', 'limit', 'max', 'min', 'amount'];
const UNITS = ['unit', 'timeUnit', 'currency'];
/** Members that say what an entry of a list is about. */
const NAMES = ['metric', 'property', 'name', 'id', 'type', 'key'];

/**
 * The values of a definition: members of objects one by one, entries of a list by their names where they have some, other lists as a
 * whole. A number and its unit are one value.
 */
export function leavesOf(value: Json | undefined): Map<string, Leaf> {
  const found = new Map<string, Leaf>();
  const visit = (inner: Json, path: string, pointer: string, names: readonly string[]): void => {
    if (isObject(inner)) {
      const measure = measured(inner);
      if (measure) found.set(path, { key: names.at(-1) ?? '', names, pointer, value: measure.text });
      for (const [step, member] of Object.entries(inner)) {
        if (measure?.members.includes(step)) continue;
        const says = names.length === 0 || !VALUES.includes(step);
        visit(member, pointerTo(path, step), pointerTo(pointer, step), says ? [...names, step] : names);
      }
      return;
    }
    const entries = Array.isArray(inner) ? named(inner) : undefined;
    if (!entries) return void found.set(path, { key: names.at(-1) ?? '', names, pointer, value: inner });
    for (const { name, rest, index } of entries) visit(rest, pointerTo(path, name), pointerTo(pointer, index), [...names, name]);
  };
  if (value !== undefined) visit(value, '', '', []);
  return found;
}

/** `{value: 5, unit: "m"}` is `5 m`. */
function measured(holder: JsonObject): { text: string; members: string[] } | undefined {
  const of = (names: string[]): string | undefined => names.find((name) => ['string', 'number'].includes(typeof holder[name]));
  const [value, unit] = [of(VALUES), of(UNITS)];
  return value === undefined || unit === undefined
    ? undefined
    : { text: `${String(holder[value])} ${String(holder[unit])}`, members: [value, unit] };
}

/** The entries of a list, when each has a name of its own. */
function named(list: Json[]): { name: string; rest: JsonObject; index: number }[] | undefined {
  const entries = list.flatMap((entry, index) => {
    const by = NAMES.find((name) => textAt(entry, name) !== undefined);
    if (by === undefined || !isObject(entry)) return [];
    const { [by]: name, ...rest } = entry;
    return [{ name: name as string, rest, index }];
  });
  const distinct = new Set(entries.map(({ name }) => name)).size === list.length;
  return list.length > 0 && distinct ? entries : undefined;
}

/** A leaf that differs; one side is missing where the value is new or gone. */
export interface ChangedLeaf {
  key: string;
  names: readonly string[];
  pointer: string;
  old?: Json;
  next?: Json;
}

/** Pairs of leaves that differ. */
export function changedLeaves(old: Json | undefined, next: Json | undefined): ChangedLeaf[] {
  const [before, after] = [leavesOf(old), leavesOf(next)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((path) => {
    const [one, two] = [before.get(path), after.get(path)];
    const leaf = two ?? one;
    if (!leaf || (one && two && same(one.value, two.value))) return [];
    const { key, names, pointer } = leaf;
    return [{ key, names, pointer, ...(one && { old: one.value }), ...(two && { next: two.value }) }];
  });
}

const entries = (value: Json | undefined): Json[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** The entries of the first that the second lacks. */
export const without = (one: Json | undefined, two: Json | undefined): Json[] => {
  const others = entries(two);
  return entries(one).filter((entry) => !others.some((other) => same(entry, other)));
};
