import { isObject, pointerTo, type Json } from '../../json.js';
import type { ChangeFinding } from '../finding.js';
import { same } from '../parts.js';
import { beforeAfter, say } from '../say.js';

/** How schemas say that data is about people or otherwise delicate. */
const CLASSIFICATION =
  /^(x-)?(s-)?(is)?-?(pii|personal|personaldata|classification|data-?classification|sensitivity|sensitive|confidentiality|privacy|gdpr|confluent:tags)$/i;
const QUALITY = /^(x-)?(data-?)?quality(rules|checks)?$/i;

/** What is said about a field beside its type (C50, C51). */
export function compareAnnotations(old: Json | undefined, next: Json | undefined, pointer: string, where: string): ChangeFinding[] {
  const [before, after] = [isObject(old) ? old : {}, isObject(next) ? next : {}];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const [was, is] = [own(before, key), own(after, key)];
    if (same(was, is)) return [];
    const seen = { pointer: pointerTo(pointer, key), ...beforeAfter(was, is) };
    if (CLASSIFICATION.test(key)) return [say('C50', 'any', { ...seen, message: `the classification of ${where} changed` })];
    if (!QUALITY.test(key)) return [];
    return isMore(was, is)
      ? [say('C51', 'added', { ...seen, message: `a rule of quality of ${where} is added` })]
      : [say('C51', 'changed', { ...seen, message: `a rule of quality of ${where} is removed or changed` })];
  });
}

const own = (holder: { [key: string]: Json }, key: string): Json | undefined => (Object.hasOwn(holder, key) ? holder[key] : undefined);

/** True when everything that was there is still there. */
function isMore(was: Json | undefined, is: Json | undefined): boolean {
  if (was === undefined) return true;
  if (!Array.isArray(was) || !Array.isArray(is)) return false;
  const kept = new Set(is.map((rule) => JSON.stringify(rule)));
  return was.every((rule) => kept.has(JSON.stringify(rule)));
}
