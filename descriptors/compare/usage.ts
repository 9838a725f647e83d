import type { Agreement } from './agreement.js';
import { changedLeaves, without, type ChangedLeaf } from './leaves.js';
import { stepOf } from './metrics.js';
import { beforeAfter, say } from './say.js';

/** What is forbidden or demanded: more of it is less freedom. */
const RESTRICTING = /forbid|exclu|deny|denied|filter|mandatory|required|prohibit/i;
/** What is allowed: more of it is more freedom. */
const PERMITTING = /allow|permit|inclu/i;
/** How much is allowed: a higher number is more freedom. */
const LIMITING = /limit|max|quota/i;

/** How a port is meant to be used (C60, C61). */
export const compareUsage: Agreement = {
  whole(how, old, next) {
    if (how === 'gone') return say('C61', 'any', { message: 'consumers may use the port as they like: nothing is said about it any more' });
    const restricts = how === 'new' && changedLeaves(old, next).some((leaf) => freedom(leaf) === -1);
    return restricts
      ? say('C60', 'any', { message: 'the use of the port is restricted now' })
      : say('C60', 'unknown', { message: 'what is said about the use of the port cannot be compared' });
  },
  leaf(leaf) {
    const { key, pointer, old: was, next: is } = leaf;
    const seen = { pointer, ...beforeAfter(was, is) };
    switch (freedom(leaf)) {
      case 0:
        return [];
      case 1:
        return [say('C61', 'any', { ...seen, message: `${key} leaves more to consumers` })];
      case -1:
        return [say('C60', 'any', { ...seen, message: `${key} leaves less to consumers` })];
      default:
        return [say('C60', 'unknown', { ...seen, message: `${key} changed: what consumers may do is not the same` })];
    }
  },
};

/** 1 = consumers may do more than before, -1 = less (or other things), 0 = the same, undefined = that cannot be told. */
function freedom({ names, old: was, next: is }: ChangedLeaf): 1 | 0 | -1 | undefined {
  const name = names.findLast((each) => [RESTRICTING, PERMITTING, LIMITING].some((words) => words.test(each))) ?? '';
  const step = stepOf(was, is);
  if (LIMITING.test(name) && !RESTRICTING.test(name)) {
    // No limit is the highest.
    const more = was === undefined ? -1 : is === undefined ? 1 : step;
    return more === undefined ? undefined : (Math.sign(more) as 1 | 0 | -1);
  }
  const sign = RESTRICTING.test(name) ? -1 : PERMITTING.test(name) ? 1 : 0;
  if (sign === 0) return undefined;
  if (typeof (was ?? is) === 'boolean') {
    const [before, after] = [was ?? sign === 1, is ?? sign === 1];
    return before === after ? 0 : (after === true) === (sign === 1) ? 1 : -1;
  }
  const [gained, gone] = [without(is, was).length > 0, without(was, is).length > 0];
  if (gained && gone) return -1;
  // A list of what is allowed that appears limits; one that vanishes frees.
  if (sign === 1) return was === undefined ? -1 : is === undefined ? 1 : gained ? 1 : gone ? -1 : 0;
  return gained ? -1 : gone ? 1 : 0;
}
