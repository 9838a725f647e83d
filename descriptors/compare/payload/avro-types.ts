import type avro from 'avsc';
import { at, type Json } from '../../json.js';
import type { Direction } from './direction.js';

export interface Node {
  type: avro.Type;
  /** As written, with what the library leaves out: logical types, annotations. */
  raw: Json | undefined;
}

/** True when a reader with the first schema understands what a writer with the second wrote. */
export function reads(reader: avro.Type, writer: avro.Type): boolean {
  try {
    reader.createResolver(writer);
    return true;
  } catch {
    return false;
  }
}

/** The branches of a union; another type is its only one. */
export function branchesOf(node: Node): Node[] {
  const { types } = node.type as { types?: readonly avro.Type[] };
  if (!node.type.typeName.startsWith('union:') || !types) return [node];
  const raw = Array.isArray(node.raw) ? node.raw : at(node.raw, 'type');
  return types.map((type, index) => ({ type, raw: Array.isArray(raw) ? raw[index] : undefined }));
}

/** What tells the branches of a union apart. */
export const kindOf = ({ type }: Node): string => type.name ?? type.typeName;
export const isSimple = (type: avro.Type): boolean =>
  ['boolean', 'int', 'long', 'float', 'double', 'string', 'bytes'].includes(type.typeName);
export const simpleName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
export const namespaceOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')));

/** The branch of the reader that understands what another branch wrote. */
export const takenFor = (written: Node, readers: Node[]): Node | undefined =>
  readers.find(({ type }) => isSimple(type) && isSimple(written.type) && reads(type, written.type));

/**
 * The branches of two unions: by their types and names, then what the reading side takes for one of its own, then what it might have been;
 * last what is gone and what is new.
 */
export function pairsOf(old: Node[], next: Node[], direction: Direction): [pairs: [Node, Node][], gone: Node[], added: Node[]] {
  const [gone, added] = [new Set(old), new Set(next)];
  const pairs: [Node, Node][] = [];
  const isNamed = ({ type }: Node): boolean => type.name !== undefined;
  const byReader = (was: Node, is: Node): [reader: Node, writer: Node] => (direction === 'output' ? [was, is] : [is, was]);
  const fits: ((was: Node, is: Node) => boolean)[] = [
    (was, is) => kindOf(was) === kindOf(is),
    (was, is) => isNamed(was) && was.type.typeName === is.type.typeName && simpleName(kindOf(was)) === simpleName(kindOf(is)),
    (was, is) => {
      const [reader, writer] = byReader(was, is);
      return takenFor(writer, [reader]) !== undefined;
    },
    (was, is) => {
      const [reader, writer] = byReader(was, is);
      return takenFor(reader, [writer]) !== undefined && takenFor(writer, direction === 'output' ? old : next) === undefined;
    },
  ];
  for (const fit of fits)
    for (const is of [...added]) {
      const was = [...gone].find((candidate) => fit(candidate, is));
      if (!was) continue;
      gone.delete(was);
      added.delete(is);
      pairs.push([was, is]);
    }
  return [pairs, [...gone], [...added]];
}
