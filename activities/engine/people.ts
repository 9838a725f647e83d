import type { Person } from '../../lifecycle/engine.js';
import type { Governance, IdentityLevel, Place } from '../../lifecycle/environment.js';
import { Failure } from '../../lifecycle/failures.js';
import { REGISTRY } from '../../lifecycle/ids.js';
import type { OperationKind } from '../../lifecycle/ids.js';
import { isSuspended, knownAs } from '../../lifecycle/people.js';
import type { EngineDeps } from './deps.js';

/** The place that a decision belongs to, by its name; undefined for an environment that is not configured (any more). */
export function placeOf(deps: Pick<EngineDeps, 'environments' | 'registration'>, name: typeof REGISTRY): Place;
export function placeOf(deps: Pick<EngineDeps, 'environments' | 'registration'>, name: string): Place | undefined;
export function placeOf(
  { environments, registration }: Pick<EngineDeps, 'environments' | 'registration'>,
  name: string,
): Place | undefined {
  return name === REGISTRY ? { name, ...registration } : environments.get(name);
}

/** Somebody of whom only the name is known. */
export const byName = (place: Governance, name: string, level: IdentityLevel): Person => {
  const known = knownAs(place, name);
  return { name: known, subject: known, groups: [], level };
};

/** True when these are accounts of one person. */
export const isSamePerson = (place: Governance, one: Pick<Person, 'name' | 'subject'>, other: Pick<Person, 'name' | 'subject'>): boolean =>
  one.subject === other.subject || knownAs(place, one.name) === knownAs(place, other.name);

/** Groups of a person: those of the configuration, and those that a token vouches for as far as the configuration knows them. */
export function groupsOf(place: Governance, person: Pick<Person, 'name' | 'groups'>): string[] {
  const name = knownAs(place, person.name);
  if (isSuspended(place, person.name)) return [];
  const own = Object.entries(place.groups).filter(([group, people]) => people.includes(name) || person.groups.includes(group));
  return ['everybody', ...own.map(([group]) => group)];
}

/** Throws `NotAllowed` unless the place lets this person start one of these (the first is what is asked for) in this domain. */
export function assertMayStart(
  place: Place,
  operations: readonly [Startable, ...Startable[]],
  person: Pick<Person, 'name' | 'groups'>,
  domain: string,
): void {
  if (!operations.some((operation) => mayStart(place, operation, person, domain)))
    throw new Failure(
      'NotAllowed',
      `${person.name} may not start ${operations[0]} in ${place.name} for domain ${domain}: ${ruleOf(place, 'starters')} does not let them`,
    );
}

/** What `starters` are about. `plan`: any operation that only plans. */
export type Startable = OperationKind | 'plan';

/** Whether the place lets this person start this operation in this domain. */
function mayStart(place: Place, operation: Startable, person: Pick<Person, 'name' | 'groups'>, domain: string): boolean {
  const groups = groupsOf(place, person);
  return place.starters.some(
    (entry) =>
      matches(entry.operations, operation) && matches(entry.domains, domain) && entry.groups.some((group) => groups.includes(group)),
  );
}

/** Where to look for what was decided by. Whoever configures nothing about registrations meets its defaults: nobody may. */
export const ruleOf = ({ name }: Place, setting: keyof Governance): string =>
  `${name === REGISTRY ? 'registration' : `environments.${name}`}.${setting} in the worker's configuration`;

const matches = (list: string[], value: string): boolean => list.includes('*') || list.includes(value);

/** Whether somebody may ask for anything here at all: one of the groups that may start something. */
export function mayAsk(place: Place, person: Pick<Person, 'name' | 'groups'>): boolean {
  const groups = groupsOf(place, person);
  return place.starters.some((entry) => entry.groups.some((group) => groups.includes(group)));
}
