import type { EngineActivities } from '../../lifecycle/engine.js';
import { isError } from '../../lifecycle/finding.js';
import type { Finding } from '../../lifecycle/finding.js';
import { REGISTRY } from '../../lifecycle/ids.js';
import type { ExceptionRequest, FoundIn } from '../../lifecycle/messages.js';
import type { Plan } from '../../lifecycle/plan.js';
import type { DecisionPoint, ExpiredFact, PolicyFacts } from '../../policies/index.js';
import type { EngineDeps } from './deps.js';
import { evaluate } from './evaluate.js';
import { factsOf } from './facts.js';
import { isThere } from './flags.js';
import { productIn } from './product.js';
import { rehearsalsOf } from './rehearsals.js';

type JudgeExpired = EngineActivities['judgeExpired'];

/**
 * What comes after a grant: the product is judged again, by the policies in force now. Where what it covered still stands, the product is
 * flagged, and the policies at `expired` say what that means.
 */
export const createExpiry =
  (deps: EngineDeps): JudgeExpired =>
  async ({ exception, outcome }) => {
    const { found, line, environment, rule, pointer = '' } = exception;
    if (!found) return { flagged: false, why: 'it covered a change, which is over' };
    if (!(await isThere(deps, line, environment, found.bundle))) return { flagged: false, why: `${found.version} is no more` };
    const flaggedAt = new Date().toISOString();
    const facts = await factsAgain(deps, exception, found, flaggedAt);
    if (!facts) return { flagged: false, why: `environment ${environment} is not configured any more` };
    const again = await evaluate(deps, deps.policies, found.point as DecisionPoint, facts);
    if (!again.some((finding) => finding.rule === rule && finding.pointer === pointer && finding.blocking))
      return { flagged: false, why: 'no policy asks for it any more' };
    const expiredAt = outcome.expiresAt ?? flaggedAt;
    const expired: ExpiredFact = { rule, pointer, message: exception.message, grantedBy: outcome.by, expiredAt };
    const said = await evaluate(deps, deps.policies, 'expired', { ...facts, exception: expired });
    const findings: Finding[] = said.map(({ rule: own, severity, pointer: at, message }) => ({
      rule: own,
      severity,
      pointer: at,
      message,
    }));
    const blocking = findings.some(isError);
    const { version, bundle } = found;
    await deps.catalog.flags.write({
      exception: exception.digest,
      line,
      environment,
      ...expired,
      flaggedAt,
      version,
      bundle,
      findings,
      blocking,
    });
    return { flagged: true, findings, blocking };
  };

/** What the finding was made in, as it is now. */
async function factsAgain(deps: EngineDeps, exception: ExceptionRequest, found: FoundIn, now: string): Promise<PolicyFacts | undefined> {
  const { requestedBy, reason, ticket, environment: name } = exception;
  const request = { requestedBy, reason, ticket };
  if (name === REGISTRY) {
    const product = await productIn(deps, found.bundle, found.fqn);
    return { operation: 'register', product, bundle: found.bundle, changes: [], request, now };
  }
  const environment = deps.environments.get(name);
  if (!environment || !found.plan) return undefined;
  const plan = await deps.catalog.blobs.getJson<Plan>(found.plan);
  const rehearsals = await rehearsalsOf(deps, plan);
  return factsOf(deps, { plan, ref: found.plan, target: request, environment, now, flags: [], rehearsals });
}
