import { lineOf } from '../identify/index.js';
import type { Product } from '../product.js';
import type { ChangeFinding } from './finding.js';
import { same } from './parts.js';
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
  if (!same(before, after, judged) || !same(before.owner, after.owner, ['id']) || !same(around(old), around(next)))
    found.push(say('C11', 'any', { part, pointer: '/info', message: 'names, descriptions, tags or extensions changed' }));
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

/** What stands in the root beside the parts that have rules of their own. */
const around = (product: Product): object => {
  const { dataProductDescriptor: _, info: __, interfaceComponents: ___, internalComponents: ____, ...others } = product;
  return others;
};
