import type { Normalisation, Product } from '../product.js';
import { idOf, parseFqn } from './fqn.js';
import { idsOf } from './product-names.js';

export interface Known {
  fqn: string;
  id: string;
}

/** Where one spelling or id means two components: nobody can say which is looked for. */
export interface Conflict {
  alias: string;
  fqns: string[];
}

export interface Names {
  /** The component that a name or id of today or of older times means; undefined when there is none, or more than one. */
  find(nameOrId: string): Known | undefined;
  conflicts: Conflict[];
}

/**
 * Every name by which a product and its components can be looked up: fqn and id, the spellings written in older descriptors, the fqn without
 * its major version, and the ids that older platforms made of each (a UUID version 3 in the DNS namespace, one of the text alone as Java's).
 */
export function namesOf(product: Product, normalisations: readonly Normalisation[] = []): Names {
  const entities: { fqn: string; pointer: string }[] = [
    { fqn: product.info.fullyQualifiedName, pointer: '/info' },
    ...(['interfaceComponents', 'internalComponents'] as const).flatMap((section) =>
      Object.entries(product[section]).flatMap(([list, members]) =>
        Array.isArray(members)
          ? members.map(({ fullyQualifiedName: fqn }: { fullyQualifiedName: string }, index) => ({
              fqn,
              pointer: `/${section}/${list}/${index}`,
            }))
          : [],
      ),
    ),
  ];
  const { line = '', major = '' } = parseFqn(product.info.fullyQualifiedName) ?? {};
  const meant = new Map<string, Set<string>>();
  const enter = (alias: string, fqn: string): void => void meant.set(alias, (meant.get(alias) ?? new Set()).add(fqn));
  const spellings = new Map<string, string[]>();
  for (const { alias, pointer } of normalisations)
    if (alias !== undefined) spellings.set(pointer, [...(spellings.get(pointer) ?? []), alias]);
  for (const { fqn, pointer } of entities) {
    const aliases = spellings.get(`${pointer}/fullyQualifiedName`) ?? [];
    const withoutMajor = fqn.replace(`${line}:${major}`, line);
    for (const name of [fqn, withoutMajor, ...aliases]) for (const alias of [name, ...idsOf(name)]) enter(alias, fqn);
  }
  return {
    find: (nameOrId) => {
      const found = [...(meant.get(nameOrId) ?? meant.get(nameOrId.toLowerCase()) ?? [])];
      return found.length === 1 && found[0] !== undefined ? { fqn: found[0], id: idOf(found[0]) } : undefined;
    },
    conflicts: [...meant].filter(([, fqns]) => fqns.size > 1).map(([alias, fqns]) => ({ alias, fqns: [...fqns] })),
  };
}
