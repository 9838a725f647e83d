import type { KeyObject } from 'node:crypto';
import type { Finding } from '../../descriptors/finding.js';
import { readPublicKey, UnusableKey } from '../../identity/index.js';
import type { PublicKey } from '../../lifecycle/environment.js';
import { knownAs } from '../../lifecycle/people.js';
import type { WrittenConfig } from './complete.js';
import { findingAt, type Source } from './findings.js';
import { governedPlaces, type GovernedPlace } from './places.js';

/** People who could not be told apart, or whose signatures could not be looked at. */
export function mistakenPeople(config: WrittenConfig, source: Source): Finding[] {
  const former = readable(config.identity.formerKeys, (index) => `/identity/formerKeys/${index}`, source);
  const workers = former.keys.map(({ key }) => ({ key, whose: 'a worker (identity.formerKeys)' }));
  return [
    ...former.findings,
    ...governedPlaces(config).flatMap((place) => [...accountsOf(place, source), ...keysOf(place, workers, source)]),
  ];
}

function accountsOf({ governance: { accounts }, pointer }: GovernedPlace, source: Source): Finding[] {
  const owners = new Map<string, string>();
  return Object.entries(accounts).flatMap(([person, names]) =>
    names.flatMap((name, index) => {
      const owner = owners.get(name);
      owners.set(name, person);
      const at = pointer('accounts', person, index);
      if (owner !== undefined) return [findingAt(source, at, `is ${name}, which is an account of ${owner} already: one of them only`)];
      if (Object.hasOwn(accounts, name))
        return [findingAt(source, at, `is ${name}, who has accounts of his own: list all of them at one name`)];
      return [];
    }),
  );
}

interface Owned {
  key: KeyObject;
  whose: string;
}

function keysOf({ governance, pointer }: GovernedPlace, workers: Owned[], source: Source): Finding[] {
  const seen = [...workers];
  return Object.entries(governance.keys).flatMap(([person, written]) => {
    const name = knownAs(governance, person);
    const { keys, findings } = readable(written, (index) => pointer('keys', person, index), source);
    if (name !== person)
      findings.push(findingAt(source, pointer('keys', person), `is an account of ${name}: it is looked for at that name only`));
    for (const { key, at } of keys) {
      const other = seen.find((owned) => owned.key.equals(key));
      if (other && other.whose !== name) findings.push(findingAt(source, at, `is the key of ${other.whose}, too: a key is of one only`));
      seen.push({ key, whose: name });
    }
    return findings;
  });
}

function readable(written: PublicKey[], at: (index: number) => string, source: Source) {
  const keys: { key: KeyObject; at: string }[] = [];
  const findings: Finding[] = [];
  for (const [index, each] of written.entries()) {
    try {
      keys.push({ key: readPublicKey(each), at: at(index) });
    } catch (error) {
      if (!(error instanceof UnusableKey)) throw error;
      findings.push(findingAt(source, at(index), `cannot be used: ${error.message}`));
    }
  }
  return { keys, findings };
}
