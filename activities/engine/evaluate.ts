import { Failure } from '../../lifecycle/failures.js';
import { evaluate as evaluatePolicies, NoOpa, OpaError } from '../../policies/index.js';
import type { DecisionPoint, PolicyBundle, PolicyFacts, PolicyFinding } from '../../policies/index.js';
import type { EngineDeps } from './deps.js';

/**
 * What policies have to say, with the OPA server of this worker. Throws the `Failure` that fits what is wrong with the server; a run that
 * was started under a policy in Rego waits where a worker has none, as for one that is down: whoever took the setting away can put it back.
 */
export async function evaluate(
  { opa }: Pick<EngineDeps, 'opa'>,
  bundle: PolicyBundle,
  point: DecisionPoint,
  facts: PolicyFacts,
): Promise<PolicyFinding[]> {
  try {
    return await evaluatePolicies(bundle, point, facts, opa);
  } catch (cause) {
    if (cause instanceof OpaError) throw new Failure(cause.failure, cause.message, { cause });
    if (cause instanceof NoOpa) throw new Failure('SystemUnavailable', `${cause.message}: policies.opa is not configured`, { cause });
    throw cause;
  }
}
