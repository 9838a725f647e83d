import { kinds, type ComponentList, type PortList } from '../product.js';

/** The older forms of fully qualified names that are read (R40, R43, T3). Each is kept as an alias for lookups. */
export interface Legacy {
  rule: 'T3' | 'R40' | 'R43';
  message: string;
}

const VERSION = /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/;
const WORD = /^[A-Za-z0-9._-]+$/;

/** The canonical name of a product that is written in an older form: the whole version for the major one, a segment for the domain. */
export function legacyProduct(fqn: string, name: string | undefined, version: string | undefined): string | undefined {
  if (name === undefined || version === undefined) return undefined;
  const steps = fqn.split(':');
  const at = steps.indexOf('dataproducts');
  if (steps[0] !== 'urn' || at < 2 || at > 4 || steps[at + 1] !== name || !steps.slice(1, at).every((step) => WORD.test(step)))
    return undefined;
  const [last, ...more] = steps.slice(at + 2);
  const major = version.split('.', 1)[0] ?? '';
  if (more.length > 0 || (last !== undefined && !/^\d+$/.test(last) && !VERSION.test(last))) return undefined;
  // `urn:dpds:{namespace}` is the canonical form itself; `urn:{organisation}` lacks its first step, `urn:dpds:{namespace}:{domain}` has one more.
  const namespace = at === 2 ? steps[1] : steps[2];
  const canonical = `urn:${at === 2 ? 'dpds' : (steps[1] ?? '')}:${namespace ?? ''}:dataproducts:${name}:${last?.split('.', 1)[0] ?? major}`;
  if (canonical === fqn || (at === 3 && last === undefined)) return undefined;
  return canonical;
}

/** The kinds whose names the specification writes with `inputports` by mistake (R40). */
const MISTAKEN: ReadonlySet<string> = new Set(['discoveryports', 'observabilityports', 'controlports']);

/** What older form of a component's name this is, undefined when it is none and contradicts. */
export function legacyComponent(written: string, productFqn: string, list: PortList | ComponentList, name: string): Legacy | undefined {
  const { segment } = kinds[list];
  const line = productFqn.replace(/:\d+$/, '');
  const [, scheme, namespace] = productFqn.split(':');
  const product = line.split(':').at(-1) ?? '';
  const steps = written.split(':');
  const at = steps.indexOf('dataproducts');
  const before = steps.slice(1, at).join(':');
  const known = [`${scheme}:${namespace}`, `${namespace}`].includes(before) || before.startsWith(`${scheme}:${namespace}:`);
  if (at < 2 || !known || steps[at + 1] !== product) return undefined;
  const rest = steps.slice(at + 2);
  const major = productFqn.split(':').at(-1) ?? '';
  const first = rest[0] ?? '';
  const withMajor = first === major || (VERSION.test(first) && first.startsWith(`${major}.`));
  const [kind = '', own = '', version, ...more] = withMajor ? rest.slice(1) : rest;
  if (own.toLowerCase() !== name.toLowerCase() || more.length > 0 || (version !== undefined && !VERSION.test(version))) return undefined;
  const spelling = kind.toLowerCase();
  if (spelling === 'inputports' && MISTAKEN.has(segment))
    return { rule: 'R40', message: `the fully qualified name says inputports, the kind is ${segment}` };
  if (spelling !== segment && spelling !== `${segment}s`) return undefined;
  if (version === undefined && before === `${scheme}:${namespace}` && !withMajor && spelling === segment)
    return { rule: 'T3', message: 'the fully qualified name is written with the major version' };
  return { rule: 'R43', message: 'an older form of the fully qualified name is read' };
}

/** The line of the product that a component's name begins with, when the product has this name. */
export function productOf(componentFqn: string, name: string): string | undefined {
  const found = /^(urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[A-Za-z0-9._-]+:dataproducts:([A-Za-z0-9._-]+)):/.exec(componentFqn);
  return found?.[2] === name ? found[1] : undefined;
}
