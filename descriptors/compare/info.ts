import { lineOf } from '../identify/index.js';
import { at, pointerTo } from '../json.js';
import { componentLists, portLists, type Product } from '../product.js';
import type { ChangeFinding } from './finding.js';
import { changedMembers } from './parts.js';
import { textsChanged } from './texts.js';
import { beforeAfter, say } from './say.js';

/** Who the product is and who answers for it (C8 to C12). */
export function compareInfo(old: Product, next: Product): ChangeFinding[] {
  const found: ChangeFinding[] = [];
  const part = 'info';
  const [before, after] = [old.info, next.info];
  if (lineOf(before.fullyQualifiedName) !== lineOf(after.fullyQualifiedName) || before.name !== after.name) {
    const [was, is] = [before, after].map(({ fullyQualifiedName, name }) => `${fullyQualifiedName} (${name})`);
    found.push(
      say('C8', 'any', { part, pointer: '/info/fullyQualifiedName', message: 'this is another product', ...beforeAfter(was, is) }),
    );
  }
  if (before.domain !== after.domain)
    found.push(
      say('C9', 'any', {
        part,
        pointer: '/info/domain',
        message: 'the product moves to another domain',
        ...beforeAfter(before.domain, after.domain),
      }),
    );
  if (before.owner.id !== after.owner.id)
    found.push(
      say('C10', 'any', {
        part,
        pointer: '/info/owner',
        message: 'the product gets another owner',
        ...beforeAfter(before.owner.id, after.owner.id),
      }),
    );
  const judged = ['version', 'fullyQualifiedName', 'name', 'id', 'domain', 'owner'];
  const texts = [
    ...changedMembers(before, after, judged).map((name) => ({
      name,
      pointer: pointerTo('/info', name),
      old: at(before, name),
      next: at(after, name),
    })),
    ...changedMembers(before.owner, after.owner, ['id']).map((name) => ({
      name: `owner.${name}`,
      pointer: pointerTo('/info/owner', name),
      old: at(before.owner, name),
      next: at(after.owner, name),
    })),
  ];
  found.push(...textsChanged(texts, part, '/info'));
  found.push(...around(old, next));
  if (old.dataProductDescriptor !== next.dataProductDescriptor)
    found.push(
      say('C12', 'any', {
        part,
        pointer: '/dataProductDescriptor',
        message: 'the descriptor follows another version of the specification',
        ...beforeAfter(old.dataProductDescriptor, next.dataProductDescriptor),
      }),
    );
  return found;
}

/** What stands beside the parts that have rules of their own: in the root, and around the lists of ports and components. */
function around(old: Product, next: Product): ChangeFinding[] {
  const places: [pointer: string, old: object, next: object, judged: readonly string[]][] = [
    ['', old, next, ['dataProductDescriptor', 'info', 'interfaceComponents', 'internalComponents']],
    ['/interfaceComponents', old.interfaceComponents, next.interfaceComponents, portLists],
    ['/internalComponents', old.internalComponents, next.internalComponents, [...componentLists, 'lifecycleInfo']],
  ];
  return places.flatMap(([pointer, before, after, judged]) =>
    textsChanged(
      changedMembers(before, after, judged).map((name) => ({
        name,
        pointer: pointerTo(pointer, name),
        old: at(before, name),
        next: at(after, name),
      })),
      pointer === '' ? 'info' : pointer.slice(1),
      pointer,
    ),
  );
}
