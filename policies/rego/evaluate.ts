import { seenAt } from '../evaluate.js';
import { brokenPolicy, findingOf } from '../finding.js';
import type { DecisionPoint, LoadedPolicy, PolicyFacts, PolicyFinding } from '../policy.js';
import { denialsIn } from './denials.js';
import { BrokenRego, type Opa } from './opa.js';

export interface RegoAnswer {
  findings: PolicyFinding[];
  /** It had to be ended. */
  ended: boolean;
}

/**
 * What a policy in Rego has to say of the facts; whether it applies was decided before. Fails closed for what is the policy's fault; throws
 * `OpaError` for what is the server's: who asks comes again.
 */
export async function evaluateRego(policy: LoadedPolicy, point: DecisionPoint, facts: PolicyFacts, opa: Opa): Promise<RegoAnswer> {
  try {
    const said = denialsIn(await opa.deny(policy.module ?? '', seenAt(point, facts)));
    return { findings: said.map((each) => findingOf(policy, facts.now, each)), ended: false };
  } catch (error) {
    if (!(error instanceof BrokenRego)) throw error;
    return { findings: [brokenPolicy(policy, facts.now, policy.rego ?? 'rego', error.message)], ended: error.ended };
  }
}
