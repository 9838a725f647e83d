import { Failure } from '../../../lifecycle/failures.js';

/**
 * Throws `SystemRefused` when something that is to be created is there already and in no state of ours, with the block that would adopt it:
 * half an apply would end in the same, and whoever owns it did not ask for that.
 * @param present address → import id
 */
export function refuseTakenNames(present: { [address: string]: string }): void {
  const taken = Object.entries(present);
  if (taken.length === 0) return;
  const named = taken.map(([address, id]) => `${id} (${address})`).join(', ');
  const imports = taken.map(([address, id]) => `import {\n  to = ${address}\n  id = ${JSON.stringify(id)}\n}`);
  throw new Failure(
    'SystemRefused',
    `Already there and not managed here: ${named}. Nothing of it was touched. Choose another name, or adopt it by writing into the template:\n${imports.join('\n')}`,
    { details: taken.map(([address, id]) => ({ address, id })) },
  );
}
