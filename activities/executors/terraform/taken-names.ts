import { Failure } from '../../../lifecycle/failures.js';
import { twinOf } from '../../../lifecycle/ids.js';

/**
 * Throws `SystemRefused` when something that is to be created is there already and in no state of ours, with the way on: half an apply would
 * end in the same, and whoever owns it did not ask for that.
 * @param present address → import id
 * @param environment a name; in the twin of an environment nothing is ever adopted
 */
export function refuseTakenNames(present: { [address: string]: string }, environment: string): void {
  const taken = Object.entries(present);
  if (taken.length === 0) return;
  const named = taken.map(([address, id]) => `${id} (${address})`).join(', ');
  const wayOn = twinOf(environment)
    ? 'An earlier rehearsal, or somebody else, has left it: remove it, and rehearse again'
    : `Choose another name, or adopt it by writing into the template:\n${taken.map(importBlock).join('\n')}`;
  throw new Failure('SystemRefused', `Already there and not managed here: ${named}. Nothing of it was touched. ${wayOn}`, {
    details: taken.map(([address, id]) => ({ address, id })),
  });
}

const importBlock = ([address, id]: [string, string]): string => `import {\n  to = ${address}\n  id = ${JSON.stringify(id)}\n}`;
