import { compare } from 'semver';
import type { Target } from '../../lifecycle/engine.js';
import type { Environment } from '../../lifecycle/environment.js';
import type { BlobRef } from '../../lifecycle/digest.js';
import type { Plan } from '../../lifecycle/plan.js';
import type { FlagFact, PlanFact, PolicyFacts, RehearsalFact } from '../../policies/index.js';
import type { EngineDeps } from './deps.js';
import { productIn } from './product.js';

/** What policies know of an operation: the same for the same plan, environment and moment. */
export async function factsOf(
  deps: Pick<EngineDeps, 'bundle' | 'descriptors'>,
  about: {
    plan: Plan;
    ref: BlobRef;
    target: Pick<Target, 'requestedBy' | 'reason' | 'ticket'>;
    environment: Environment;
    now: string;
    flags: FlagFact[];
    rehearsals: RehearsalFact[];
  },
): Promise<PolicyFacts> {
  const { plan, ref, target, environment, now, flags, rehearsals } = about;
  const before = plan.from && (await productIn(deps, plan.from.bundle, plan.from.fqn));
  const after = plan.to && (await productIn(deps, plan.to.bundle, plan.to.fqn));
  const [from, to] = [plan.from?.version, plan.to?.version];
  return {
    operation: plan.operation,
    product: (after ?? before)!,
    previous: before,
    changes: plan.steps.flatMap((step) => step.preview.changes),
    plan: { digest: ref, from, to, direction: directionOf(plan) },
    environment: { name: environment.name, stage: environment.stage },
    request: { requestedBy: target.requestedBy, reason: target.reason, ticket: target.ticket },
    flags,
    rehearsals,
    now,
  };
}

function directionOf({ operation, from, to }: Plan): PlanFact['direction'] {
  if (!to) return 'away';
  if (!from) return operation === 'upgrade' ? 'beside' : 'new';
  const order = compare(from.version, to.version);
  return order === 0 ? 'again' : order < 0 ? 'forward' : 'back';
}
