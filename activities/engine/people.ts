import type { Holder } from '../../lifecycle/engine.js';
import type { Environment, Governance } from '../../lifecycle/environment.js';
import { Failure } from '../../lifecycle/failures.js';
import { REGISTRY } from '../../lifecycle/ids.js';
import type { EngineDeps } from './deps.js';
import { starterOf } from './holder.js';

/** Nobody said who asks. */
const NOBODY = 'anonymous';

/** The rules of one place: an environment, or the registry of versions. */
export type Place = Governance & Pick<Environment, 'name'>;

/** The place that a decision belongs to, by its name; undefined for an environment that is not configured (any more). */
export function placeOf(deps: Pick<EngineDeps, 'environments' | 'registration'>, name: typeof REGISTRY): Place;
export function placeOf(deps: Pick<EngineDeps, 'environments' | 'registration'>, name: string): Place | undefined;
export function placeOf(
  { environments, registration }: Pick<EngineDeps, 'environments' | 'registration'>,
  name: string,
): Place | undefined {
  return name === REGISTRY ? { name, ...registration } : environments.get(name);
}

/** Who asks, as surely as the place wants to know. */
export async function requesterOf(place: Place, claimed: string | undefined, holder: Holder): Promise<string> {
  if (place.identity === 'claim') return claimed ?? NOBODY;
  if (place.identity === 'identity') return starterOf(holder);
  throw new Failure('NotAllowed', `${ruleOf(place, 'identity')} asks for signed statements, which this version cannot verify yet`);
}

/** Groups of a person; everybody is in `everybody`. */
export const groupsOf = ({ groups }: Governance, person: string): string[] => [
  'everybody',
  ...Object.entries(groups)
    .filter(([, people]) => people.includes(person))
    .map(([group]) => group),
];

/** Throws `NotAllowed` unless the place lets this person start this operation in this domain. */
export function assertMayStart(place: Place, operation: string, person: string, domain: string): void {
  const groups = groupsOf(place, person);
  const allowed = place.starters.some(
    (entry) =>
      matches(entry.operations, operation) && matches(entry.domains, domain) && entry.groups.some((group) => groups.includes(group)),
  );
  if (!allowed)
    throw new Failure(
      'NotAllowed',
      `${person} may not start ${operation} in ${place.name} for domain ${domain}: ${ruleOf(place, 'starters')} does not let them`,
    );
}

/** Where to look for what was decided by. Whoever configures nothing about registrations meets its defaults: nobody may. */
const ruleOf = ({ name }: Place, setting: keyof Governance): string =>
  `${name === REGISTRY ? 'registration' : `environments.${name}`}.${setting} in the worker's configuration`;

const matches = (list: string[], value: string): boolean => list.includes('*') || list.includes(value);
