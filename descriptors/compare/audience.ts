import { isObject, type Json } from '../json.js';
import type { Agreement } from './agreement.js';
import type { ChangeFinding } from './finding.js';
import { without } from './leaves.js';
import { beforeAfter, say } from './say.js';

const INCLUDES = /^(x-)?(includes?|included|allowed|allow)$/i;
const EXCLUDES = /^(x-)?(excludes?|excluded|denied|deny)$/i;

/** Who is meant to read a port (C58, C59). With the names of those who read it now, a narrower audience that hits one of them breaks. */
export const compareAudience = (readers: readonly string[] | undefined): Agreement => ({
  whole: (how, old, next) =>
    how === 'gone'
      ? say('C59', 'any', { message: 'the audience becomes wider: nobody is left out any more' })
      : narrower(readers, old, next, {}),
  leaf({ key, pointer, old: was, next: is }, old, next) {
    const seen = { pointer, ...beforeAfter(was, is) };
    const [less, more] = moved(key, was, is);
    return [
      ...(less ? [narrower(readers, old, next, seen)] : []),
      ...(more ? [say('C59', 'any', { ...seen, message: 'the audience becomes wider' })] : []),
    ];
  },
});

/** [narrower, wider] by one list. */
function moved(key: string, was: Json | undefined, is: Json | undefined): [boolean, boolean] {
  const [gained, gone] = [without(is, was).length > 0, without(was, is).length > 0];
  if (EXCLUDES.test(key)) return [gained, gone];
  if (INCLUDES.test(key)) {
    // No list of those included means everybody, and so does a star in it.
    const [all, everybody] = [was === undefined || isAll(was), is === undefined || isAll(is)];
    return all || everybody ? [all && !everybody, everybody && !all] : [gone, gained];
  }
  // Lists of another name most likely say who; anything else cannot be told, and the careful case applies.
  return Array.isArray(was) && Array.isArray(is) ? [gone || !gained, gained] : [true, false];
}

const isAll = (list: Json): boolean => Array.isArray(list) && list.includes('*');

function narrower(
  readers: readonly string[] | undefined,
  old: Json | undefined,
  next: Json | undefined,
  seen: Partial<ChangeFinding>,
): ChangeFinding {
  const hit = (readers ?? []).filter((reader) => admits(old, reader) && !admits(next, reader));
  return say('C58', hit.length > 0 ? 'hit' : 'any', {
    ...seen,
    message: hit.length > 0 ? `the audience becomes narrower and hits ${hit.join(', ')}` : 'the audience becomes narrower',
  });
}

function admits(audience: Json | undefined, reader: string): boolean {
  const lists = (names: RegExp): Json[][] =>
    isObject(audience) ? Object.entries(audience).flatMap(([key, list]) => (names.test(key) && Array.isArray(list) ? [list] : [])) : [];
  if (lists(EXCLUDES).some((list) => list.includes(reader))) return false;
  const included = lists(INCLUDES);
  return included.length === 0 || included.some((list) => list.includes(reader) || list.includes('*'));
}
