import { isObject, pointerTo, type Json } from '../json.js';

/** A value inside a definition that a rule looks at. */
export interface Leaf {
  /** The last name on the way to it. */
  key: string;
  pointer: string;
  value: Json;
}

/** The values of a definition by their pointer: members of objects one by one, a list as a whole. */
export function leavesOf(value: Json | undefined, pointer = '', key = ''): Map<string, Leaf> {
  const found = new Map<string, Leaf>();
  const visit = (inner: Json, place: string, name: string): void => {
    if (isObject(inner)) for (const [step, member] of Object.entries(inner)) visit(member, pointerTo(place, step), step);
    else found.set(place, { key: name, pointer: place, value: inner });
  };
  if (value !== undefined) visit(value, pointer, key);
  return found;
}

/** Pairs of leaves that differ; one side is missing where the value is new or gone. */
export function changedLeaves(old: Json | undefined, next: Json | undefined): { key: string; pointer: string; old?: Json; next?: Json }[] {
  const [before, after] = [leavesOf(old), leavesOf(next)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((pointer) => {
    const [one, two] = [before.get(pointer), after.get(pointer)];
    if (JSON.stringify(one?.value) === JSON.stringify(two?.value)) return [];
    return [
      {
        key: one?.key ?? two?.key ?? '',
        pointer,
        ...(one && { old: one.value }),
        ...(two && { next: two.value }),
      },
    ];
  });
}

const entries = (value: Json | undefined): Json[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** The entries of the first that the second lacks. */
export const without = (one: Json | undefined, two: Json | undefined): Json[] => {
  const others = new Set(entries(two).map((entry) => JSON.stringify(entry)));
  return entries(one).filter((entry) => !others.has(JSON.stringify(entry)));
};
