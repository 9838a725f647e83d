import { decodeJwt } from 'jose';
import { hasCanonicalForm } from '../../descriptors/digest.js';
import { inputDigest, verifyRequest } from '../../identity/index.js';
import type { Holder, Person } from '../../lifecycle/engine.js';
import type { Place } from '../../lifecycle/environment.js';
import { Failure } from '../../lifecycle/failures.js';
import type { OperationKind } from '../../lifecycle/ids.js';
import { knownAs } from '../../lifecycle/people.js';
import type { EngineDeps } from './deps.js';
import { firstRunOf, starterOf } from './holder.js';
import { byName, ruleOf } from './people.js';

/** Nobody said who asks. */
const NOBODY = 'anonymous';

interface Asking {
  operation: OperationKind;
  input: { requestedBy?: string; statement?: string };
  holder: Holder;
}

/** Who asks, as surely as the place wants to know. Throws `NotAllowed` where that cannot be established, or is somebody else; `InvalidInput`. */
export async function requesterOf(deps: Pick<EngineDeps, 'catalog' | 'workerKeys'>, place: Place, asking: Asking): Promise<Person> {
  const { input, holder } = asking;
  // It is written down later on: what cannot be would be tried for ever.
  if (!hasCanonicalForm(input))
    throw new Failure('InvalidInput', 'the input holds what is no text of Unicode, no number, or nested too deep');
  if (input.statement !== undefined) return signer(deps, place, asking, input.statement);
  if (place.identity === 'claim') return byName(place, input.requestedBy ?? NOBODY, 'claim');
  if (place.identity === 'identity') return byName(place, await starterOf(holder), 'identity');
  throw new Failure('NotAllowed', `${ruleOf(place, 'identity')} asks for a signed statement of who starts this (docs/identity.md)`);
}

async function signer(
  { catalog, workerKeys }: Pick<EngineDeps, 'catalog' | 'workerKeys'>,
  place: Place,
  { operation, input, holder }: Asking,
  statement: string,
): Promise<Person> {
  const user = await firstRunOf(holder);
  const earlier = await earlierUse(catalog, statement);
  // Read again by the run that has used it: it counted then, however long that run has waited since.
  const at = earlier?.user === user ? new Date(earlier.at) : new Date();
  const expected = { operation, environment: place.name, input: inputDigest(input) };
  const verified = await verifyRequest(place, workerKeys, statement, expected, at);
  if ('refused' in verified) throw new Failure('NotAllowed', verified.refused);
  const { person, claims } = verified;
  if ((await catalog.statements.use(claims, user)).user !== user)
    throw new Failure('NotAllowed', 'the statement is refused: another run has used it; sign another');
  return sameAs(place, input.requestedBy, person);
}

/** A label that says something else than what was established is a mistake or a lie. */
function sameAs(place: Place, claimed: string | undefined, person: Person): Person {
  if (claimed === undefined || claimed === '' || knownAs(place, claimed) === person.name) return person;
  throw new Failure('NotAllowed', `requestedBy says ${claimed}, but it is ${person.name} who asks`);
}

async function earlierUse(catalog: EngineDeps['catalog'], statement: string) {
  try {
    const { sub = '', jti = '' } = decodeJwt(statement);
    return await catalog.statements.read({ sub, jti });
  } catch (error) {
    if (error instanceof Failure) throw error;
    // Unreadable: verifying says so.
    return undefined;
  }
}
