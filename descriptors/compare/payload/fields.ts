import { nearest } from '../../nearest.js';
import type { ChangeFinding } from '../finding.js';
import { beforeAfter, say } from '../say.js';
import type { Direction } from './direction.js';

/** A field of a record, whatever the schema language. */
export interface Field {
  name: string;
  /** For people: with the names of the records around it. */
  path: string;
  /** JSON Pointer, relative to the schema. */
  pointer: string;
  /** False when readers have nothing to put in its place. */
  optional: boolean;
  deprecated: boolean;
  aliases: readonly string[];
  /** Equal texts, equal types. */
  type: string;
  /** Its place among the fields. */
  index: number;
  /** For people: the field as it is written. */
  written: unknown;
}

/** What a record's fields that are on one side only mean (C34 to C38). `closed`: the reading side refuses what it does not know. */
export function compareFieldSets(gone: readonly Field[], added: readonly Field[], direction: Direction, closed: boolean): ChangeFinding[] {
  const left = new Set(added);
  const found: ChangeFinding[] = [];
  for (const field of gone) {
    const renamed = [...left].find((candidate) => isRename(field, candidate));
    if (renamed) {
      left.delete(renamed);
      found.push(rename(field, renamed, direction));
    } else found.push(removed(field, direction, closed));
  }
  return [...found, ...[...left].map((field) => appeared(field, direction, closed))];
}

/** The same type, and a sign that the same thing is meant: an alias, the same place, or nearly the same name. */
const isRename = (old: Field, next: Field): boolean =>
  next.aliases.includes(old.name) ||
  (old.type === next.type && (old.index === next.index || nearest(old.name, [next.name]) !== undefined || isPart(old.name, next.name)));

const isPart = (one: string, two: string): boolean => {
  const [short, long] = [one, two].map((name) => name.toLowerCase()).sort((a, b) => a.length - b.length) as [string, string];
  return short.length > 2 && long.endsWith(short);
};

function rename(old: Field, next: Field, direction: Direction): ChangeFinding {
  const variant = direction === 'output' ? 'output' : next.aliases.includes(old.name) ? 'alias' : 'input';
  const message = {
    output: `field ${old.path} is renamed: readers look for the old name`,
    input: `field ${old.path} is renamed without an alias: sources send the old name`,
    alias: `field ${old.path} is renamed, with an alias for the old name`,
  }[variant];
  return say('C38', variant, { pointer: next.pointer, message, before: old.name, after: next.name });
}

function removed({ path, pointer, optional, deprecated, written }: Field, direction: Direction, closed: boolean): ChangeFinding {
  const seen = { pointer, ...beforeAfter(written, undefined) };
  if (direction === 'input') {
    const message = closed ? `field ${path} is not known any more, and sources still send it` : `field ${path} is not read any more`;
    return say(optional ? 'C36' : 'C37', closed ? 'closed' : 'input', { ...seen, message });
  }
  if (optional && deprecated)
    return say('C36', 'deprecated', { ...seen, message: `field ${path} is removed, as its deprecation announced` });
  return optional
    ? say('C36', 'output', { ...seen, message: `field ${path} is removed: readers would silently get its default` })
    : say('C37', 'output', { ...seen, message: `field ${path} is removed: consumers with the old schema cannot read the new data` });
}

function appeared({ path, pointer, optional, written }: Field, direction: Direction, closed: boolean): ChangeFinding {
  const seen = { pointer, ...beforeAfter(undefined, written) };
  const rule = optional ? 'C34' : 'C35';
  if (direction === 'output' && closed)
    return say(rule, 'closed', { ...seen, message: `field ${path} is added, and the old schema forbids fields that it does not know` });
  if (optional) return say('C34', direction, { ...seen, message: `field ${path} is added and may be missing` });
  return direction === 'output'
    ? say('C35', 'output', {
        ...seen,
        message: `field ${path} is added without a default: records written earlier cannot be read with the new schema`,
      })
    : say('C35', 'input', { ...seen, message: `field ${path} is added without a default: sources do not send it` });
}
