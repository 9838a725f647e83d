import { inputDigest, signDecision, signRequest } from '../../identity/index.js';
import type { Bearer } from '../../identity/index.js';
import type { Digest } from '../../lifecycle/digest.js';
import type { Place } from '../../lifecycle/environment.js';
import { REGISTRY } from '../../lifecycle/ids.js';
import { Refusal } from '../http/index.js';
import type { EndpointDeps } from './deps.js';
import type { DecisionStatementBody, StatementBody } from './shapes.js';

/** Signs what the bearer of a token says, in his name. Throws a `Refusal` (400, 404). */
export async function statementFor(deps: EndpointDeps, bearer: Bearer, body: StatementBody): Promise<string> {
  const place = placeOf(deps, body.environment);
  if (body.kind === 'decision') return decisionFor(deps, bearer, place, body);
  const { operation, environment, input } = body;
  const claims = { sub: bearer.name, operation, environment, input: digestOf(input), token: vouched(bearer, place) };
  return signRequest(claims, deps.signingKey);
}

/** Signs a decision of the bearer. */
export function decisionFor(
  deps: EndpointDeps,
  bearer: Bearer,
  place: Place,
  { exception, request, environment, decision, comment, to, until }: Omit<DecisionStatementBody, 'kind'>,
): Promise<string> {
  const said = { ...(comment !== undefined && { comment }), ...(to !== undefined && { to }), ...(until !== undefined && { until }) };
  const claims = { sub: bearer.name, exception, request, environment, decision, ...said, token: vouched(bearer, place) };
  return signDecision(claims, deps.signingKey);
}

/** The place of this name. Throws a `Refusal` (404). */
export function placeOf({ places }: EndpointDeps, name: string): Place {
  const place = places.find((each) => each.name === name);
  if (place) return place;
  throw new Refusal(404, `no environment of this name is configured on this worker (registrations: ${REGISTRY})`);
}

/** Only groups that mean something there: others are nobody's business, and a statement has to stay short. */
const vouched = ({ iss, sub, groups }: Bearer, place: Place) => ({
  iss,
  sub,
  groups: groups.filter((group) => Object.hasOwn(place.groups, group)),
});

function digestOf(input: object | Digest): Digest {
  try {
    return typeof input === 'string' ? input : inputDigest(input);
  } catch {
    throw new Refusal(400, 'input has no canonical form (too deep, or no text of Unicode)');
  }
}
