import { pointerTo, type Json, type JsonObject } from '../../json.js';
import type { ChangeFinding } from '../finding.js';
import { same } from '../parts.js';
import { beforeAfter, say } from '../say.js';
import type { Direction } from './direction.js';

/** Lower is tighter. */
const UPPER = ['maxLength', 'maxItems', 'maxProperties', 'maximum', 'exclusiveMaximum', 'maxContains'];
/** Higher is tighter. */
const LOWER = ['minLength', 'minItems', 'minProperties', 'minimum', 'exclusiveMinimum', 'minContains'];
/** Another value allows something else; to have one is tighter than to have none. */
const EXACT = ['pattern', 'multipleOf', 'uniqueItems'];

/** Limits of the values of a JSON Schema, and lists of values (C42, C43, C46 to C48). */
export function compareConstraints(
  old: JsonObject,
  next: JsonObject,
  direction: Direction,
  pointer: string,
  where: string,
): ChangeFinding[] {
  return [
    ...limits(old, next, direction, pointer, where),
    ...values(old, next, direction, pointer, where),
    ...format(old, next, direction, pointer, where),
  ];
}

function limits(old: JsonObject, next: JsonObject, direction: Direction, pointer: string, where: string): ChangeFinding[] {
  return [...UPPER, ...LOWER, ...EXACT].flatMap((key) => {
    const [was, is] = [stated(old[key]), stated(next[key])];
    if (same(was, is)) return [];
    const seen = { pointer: pointerTo(pointer, key), ...beforeAfter(was, is) };
    const [tighter, looser] = moved(key, was, is);
    return [
      ...(tighter && !(looser && direction === 'output')
        ? [say('C46', direction, { ...seen, message: `${key} of ${where} is tighter` })]
        : []),
      ...(looser && !(tighter && direction === 'input')
        ? [say('C47', direction, { ...seen, message: `${key} of ${where} is looser` })]
        : []),
    ];
  });
}

/** `uniqueItems: false` says nothing. */
const stated = (value: Json | undefined): Json | undefined => (value === false ? undefined : value);

/** [tighter, looser]; both for a change that cannot be ordered. */
function moved(key: string, was: Json | undefined, is: Json | undefined): [boolean, boolean] {
  if (was === undefined) return [true, false];
  if (is === undefined) return [false, true];
  if (EXACT.includes(key) || typeof was !== 'number' || typeof is !== 'number') return [true, true];
  const lower = is < was;
  return UPPER.includes(key) ? [lower, !lower] : [!lower, lower];
}

/** Keywords that list values. */
const LISTS = ['enum', 'const', 'x-extensible-enum'];

/** `enum` and `const`. */
function values(old: JsonObject, next: JsonObject, direction: Direction, pointer: string, where: string): ChangeFinding[] {
  const [was, is] = [allowed(old), allowed(next)];
  if (!was && !is) return [];
  const place = { pointer: pointerTo(pointer, LISTS.find((key) => Object.hasOwn(is ? next : old, key)) ?? 'enum') };
  if (!was) return [say('C46', direction, { ...place, message: `${where} takes only some values now` })];
  if (!is) return [say('C47', direction, { ...place, message: `${where} takes any value now` })];
  // Null is told as a type.
  const typed = 'type' in old && 'type' in next;
  const added = is.filter((value) => !was.includes(value) && !(typed && value === 'null'));
  const gone = was.filter((value) => !is.includes(value) && !(typed && value === 'null'));
  const extensible = old['x-extensible-enum'] !== undefined;
  return [
    ...(added.length > 0
      ? [
          say('C42', direction === 'input' ? 'input' : extensible ? 'default' : 'output', {
            ...place,
            message: `${where} has new values`,
            after: added.join(', '),
          }),
        ]
      : []),
    ...(gone.length > 0 ? [say('C43', direction, { ...place, message: `${where} lost values`, before: gone.join(', ') })] : []),
  ];
}

/** As texts, so that values of any type compare. */
function allowed(schema: JsonObject): string[] | undefined {
  const list = Array.isArray(schema['enum'])
    ? schema['enum']
    : Object.hasOwn(schema, 'const')
      ? [schema['const'] as Json]
      : schema['x-extensible-enum'];
  return Array.isArray(list) ? list.map((value) => JSON.stringify(value)) : undefined;
}

/** Where consumers read, a format is one more promise, or one less. */
const format = (old: JsonObject, next: JsonObject, direction: Direction, pointer: string, where: string): ChangeFinding[] =>
  ['format', 'contentEncoding', 'contentMediaType'].flatMap((key) => {
    const [was, is] = [old[key], next[key]];
    if (same(was, is)) return [];
    const seen = { pointer: pointerTo(pointer, key), ...beforeAfter(was, is) };
    if (direction === 'output' && key === 'format' && was === undefined)
      return [say('C46', 'output', { ...seen, message: `${where} has a format now` })];
    return direction === 'output' && key === 'format' && is === undefined
      ? [say('C47', 'output', { ...seen, message: `${where} has no format any more` })]
      : [say('C48', 'logical', { ...seen, message: `${key} of ${where} changed` })];
  });
