import type { Holder } from '../../lifecycle/engine.js';
import type { Environment } from '../../lifecycle/environment.js';
import { Failure } from '../../lifecycle/failures.js';
import { starterOf } from './holder.js';

/** Nobody said who asks. */
const NOBODY = 'anonymous';

/** Who asks, as surely as the environment wants to know. */
export async function requesterOf(environment: Environment, claimed: string | undefined, holder: Holder): Promise<string> {
  if (environment.identity === 'claim') return claimed ?? NOBODY;
  if (environment.identity === 'identity') return starterOf(holder);
  throw new Failure('NotAllowed', `environment ${environment.name} asks for signed statements, which this version cannot verify yet`);
}

/** Groups of a person; everybody is in `everybody`. */
export const groupsOf = (environment: Environment, person: string): string[] => [
  'everybody',
  ...Object.entries(environment.groups)
    .filter(([, people]) => people.includes(person))
    .map(([group]) => group),
];

/** Throws `NotAllowed` unless the environment lets this person start this operation in this domain. */
export function assertMayStart(environment: Environment, operation: string, person: string, domain: string): void {
  const groups = groupsOf(environment, person);
  const allowed = environment.starters.some(
    (entry) =>
      matches(entry.operations, operation) && matches(entry.domains, domain) && entry.groups.some((group) => groups.includes(group)),
  );
  if (!allowed) throw new Failure('NotAllowed', `${person} may not start ${operation} in ${environment.name} for domain ${domain}`);
}

const matches = (list: string[], value: string): boolean => list.includes('*') || list.includes(value);
