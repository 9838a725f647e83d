import { Failure } from '../lifecycle/failures.js';
import type { SecretRef } from '../lifecycle/environment.js';
import { createOpa, policiesOf, type Opa, type PolicyBundle } from '../policies/index.js';
import type { WorkerConfig } from './config/index.js';

/**
 * The policies of the configuration, and the OPA server that evaluates those in Rego. Throws `InvalidInput` that names what cannot be used,
 * or what nobody would evaluate: a worker does not start with a hole in its rules.
 */
export function policiesFor(
  { opa, ...chosen }: WorkerConfig['policies'],
  secret: (ref: SecretRef) => string,
): { policies: PolicyBundle; opa?: Opa } {
  const policies = read(chosen);
  if (opa === undefined) {
    const needs = policies.policies.find(({ rego }) => rego !== undefined);
    if (!needs) return { policies };
    throw new Failure(
      'InvalidInput',
      `the policy ${needs.name} is written in Rego (${needs.rego}), and policies.opa.url names no OPA server`,
    );
  }
  const { url, token } = opa;
  return { policies, opa: createOpa({ url, ...(token !== undefined && { token: () => secret(token) }) }) };
}

function read(chosen: Omit<WorkerConfig['policies'], 'opa'>): PolicyBundle {
  try {
    return policiesOf(chosen);
  } catch (cause) {
    throw new Failure('InvalidInput', `policies of ${chosen.folder ?? 'Steward'}: ${(cause as Error).message}`, { cause });
  }
}
