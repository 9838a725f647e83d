import { at, listAt, type Json } from '../json.js';
import type { ChangeFinding } from './finding.js';
import { changedLeaves, without } from './leaves.js';
import { beforeAfter, say } from './say.js';

const INCLUDES = 'x-includes';
const EXCLUDES = 'x-excludes';

/** Who is meant to read a port (C58, C59). With the names of those who read it now, a narrower audience that hits one of them breaks. */
export function compareAudience(old: Json | undefined, next: Json | undefined, readers: readonly string[] | undefined): ChangeFinding[] {
  return changedLeaves(old, next).flatMap(({ key, pointer, old: was, next: is }) => {
    const seen = { pointer, ...beforeAfter(was, is) };
    const [gained, gone] = [without(is, was), without(was, is)];
    // No list of those included means everybody.
    const [narrower, wider] =
      key === EXCLUDES
        ? [gained.length > 0, gone.length > 0]
        : key === INCLUDES
          ? [gone.length > 0 ? is !== undefined : was === undefined, gained.length > 0 ? was !== undefined : is === undefined]
          : [true, false];
    const hit = (readers ?? []).filter((reader) => admits(old, reader) && !admits(next, reader));
    return [
      ...(narrower
        ? [
            say('C58', hit.length > 0 ? 'hit' : 'any', {
              ...seen,
              message: hit.length > 0 ? `the audience becomes narrower and hits ${hit.join(', ')}` : 'the audience becomes narrower',
            }),
          ]
        : []),
      ...(wider ? [say('C59', 'any', { ...seen, message: 'the audience becomes wider' })] : []),
    ];
  });
}

function admits(audience: Json | undefined, reader: string): boolean {
  if (listAt(audience, EXCLUDES).includes(reader)) return false;
  return at(audience, INCLUDES) === undefined || listAt(audience, INCLUDES).includes(reader);
}
