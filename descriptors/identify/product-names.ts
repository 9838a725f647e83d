import { v3 as uuidV3 } from 'uuid';
import { idOf, lineOf } from './fqn.js';
import { javaId } from './java-id.js';

/** A product as far as names go. */
export interface NamedProduct {
  line: string;
  /** Its fully qualified names, one a major. */
  fqns: readonly string[];
  /** Older spellings that its descriptors were written with. */
  aliases?: readonly string[];
}

const SEGMENT = /^[A-Za-z0-9._-]+$/;
const VERSION = /^\d+(\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?)?$/;

/**
 * The line that a text means by its form alone: a line, a fully qualified name, or one of its older spellings (R43: the whole version for the
 * major one, a segment for the domain, no `dpds`). Undefined for anything else, an id above all: for that one has to know the products.
 */
export function lineMeant(text: string): string | undefined {
  const name = text.trim();
  const steps = name.split(':');
  const at = steps.indexOf('dataproducts');
  const [own = '', version, ...more] = steps.slice(at + 1);
  const isKnown = steps[0] === 'urn' && at >= 2 && at <= 4 && [...steps.slice(1, at), own].every((step) => SEGMENT.test(step));
  if (!isKnown || more.length > 0 || (version !== undefined && !VERSION.test(version))) return undefined;
  // `urn:{organisation}` lacks its first step, `urn:dpds:{namespace}:{domain}` has one more.
  const [scheme, namespace] = at === 2 ? ['dpds', steps[1]] : [steps[1], steps[2]];
  return lineOf(`urn:${scheme}:${namespace}:dataproducts:${own}`);
}

/** The ids that platforms of today and of older times make of a name: UUID version 5, version 3, and Java's of the text alone. */
export const idsOf = (name: string): string[] => [idOf(name), uuidV3(name, uuidV3.DNS), javaId(name)];

/** Whether a name or an id, of today or of older times, means this product. */
export function isMeant({ line, fqns, aliases = [] }: NamedProduct, text: string): boolean {
  const sought = text.trim();
  const names = [line, ...fqns, ...aliases];
  return names.includes(sought) || names.some((name) => idsOf(name).includes(sought.toLowerCase()));
}
