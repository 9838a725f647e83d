import { v5 as uuidV5 } from 'uuid';
import { kinds, type ComponentList, type PortList } from '../product.js';

/** `urn:dpds:{namespace}:dataproducts:{name}:{major}` (R30). */
const PRODUCT = /^(urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[A-Za-z0-9._-]+:dataproducts:([A-Za-z0-9._-]+)):(\d+)$/;
const WITHOUT_MAJOR = /^urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[A-Za-z0-9._-]+:dataproducts:([A-Za-z0-9._-]+)$/;

export interface ProductName {
  /** The product without its major version: as people know it. */
  line: string;
  name: string;
  major: string;
}

/** The parts of a product's fully qualified name, undefined when it is none. */
export function parseFqn(fqn: string): ProductName | undefined {
  const [, line, name, major] = PRODUCT.exec(fqn) ?? [];
  return line !== undefined && name !== undefined && major !== undefined ? { line, name, major } : undefined;
}

/** True for the older form of a product's name, without the major version (T1). */
export const isWithoutMajor = (fqn: string): boolean => WITHOUT_MAJOR.test(fqn);

/** The line of a product by its fqn; a line is its own line. Undefined when the text is neither. */
export const lineOf = (fqn: string): string | undefined => parseFqn(fqn)?.line ?? (isWithoutMajor(fqn) ? fqn : undefined);

/** The namespace that a product's name was made with, when it was made (R29). */
export const namespaceOf = (fqn: string): string | undefined => /^urn:dpds:([A-Za-z0-9._-]+):dataproducts:/.exec(fqn)?.[1];

/** The major part of a semantic version. */
export const majorOf = (version: string): string => version.split('.', 1)[0] ?? '';

/** `{product fqn}:{kind}:{name}` (R39). */
export const componentFqn = (productFqn: string, list: PortList | ComponentList, name: string): string =>
  `${productFqn}:${kinds[list].segment}:${name}`;

/** The id that belongs to an fqn: UUIDv5 in the DNS namespace (R32, R45). */
export const idOf = (fqn: string): string => uuidV5(fqn, uuidV5.DNS);
