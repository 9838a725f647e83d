import type { Agreement } from './agreement.js';
import { stepOf } from './metrics.js';
import { beforeAfter, say } from './say.js';

const PRICE = /price|cost|fee|rate|amount/i;
const OTHER = /unit|period|currency/i;

/** What consumers pay (C62, C63). */
export const compareBilling: Agreement = {
  whole: (how) =>
    how === 'gone'
      ? say('C63', 'any', { message: 'nothing has to be paid any more' })
      : say('C62', how === 'new' ? 'any' : 'unknown', {
          message: how === 'new' ? 'billing is new' : 'the billing changed in a way that cannot be compared',
        }),
  leaf({ key, names, pointer, old: was, next: is }) {
    const seen = { pointer, ...beforeAfter(was, is) };
    const name = names.findLast((each) => PRICE.test(each) || OTHER.test(each)) ?? '';
    const step = is === undefined ? -1 : was === undefined ? 1 : stepOf(was, is);
    if (step === 0) return [];
    if (PRICE.test(name) && step !== undefined)
      return step < 0
        ? [say('C63', 'any', { ...seen, message: `${key} ${is === undefined ? 'is gone' : 'falls'}` })]
        : [say('C62', 'any', { ...seen, message: `${key} ${was === undefined ? 'is new' : 'rises'}` })];
    return [say('C62', name ? 'any' : 'unknown', { ...seen, message: `${key} of the billing changed` })];
  },
};
