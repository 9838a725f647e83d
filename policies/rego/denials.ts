import type { Json } from '../../descriptors/json.js';
import type { Said } from '../finding.js';
import { BrokenRego } from './opa.js';

/** What `deny` may hold, for messages. */
const FORM = 'a text, or an object of message and, where they are known, pointer, evidence and hint';

/**
 * What the rule `deny` of a policy says. A set comes in OPA's order, which is the same for the same members; a list in its own.
 * Throws `BrokenRego` for anything that has not the form: half understood, it would be half a policy.
 */
export function denialsIn(deny: Json): Said[] {
  if (!Array.isArray(deny)) throw new BrokenRego('deny is neither a set nor a list');
  return deny.map((member, index) => {
    const said = typeof member === 'string' ? { message: member } : member;
    if (!isSaid(said)) throw new BrokenRego(`member ${index} of deny is not ${FORM}`);
    const { pointer = '', message, evidence = null, hint } = said;
    return { pointer, message, evidence, ...(hint !== undefined && { hint }) };
  });
}

type Written = Pick<Said, 'message'> & Partial<Said>;

const checks: Record<keyof Said, (value: Json | undefined) => boolean> = {
  message: (value) => typeof value === 'string' && value !== '',
  pointer: (value) => value === undefined || (typeof value === 'string' && /^(\/[^]*)?$/.test(value)),
  evidence: (value) => value === undefined || isPlain(value),
  hint: (value) => value === undefined || (typeof value === 'string' && value !== ''),
};

/** Deeper, and evidence is no evidence: nobody could read it, and nothing could be made of it. */
const DEEPEST = 100;

/** What can be told and digested: numbers that JSON can carry (1e400 is read as infinite), and an end. */
function isPlain(value: Json, depth = 0): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value !== 'object') return true;
  return depth < DEEPEST && Object.values(value).every((entry) => isPlain(entry as Json, depth + 1));
}

const isSaid = (value: Json): value is Json & Written =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).every((key) => Object.hasOwn(checks, key)) &&
  Object.entries(checks).every(([key, holds]) => holds(value[key]));
