import type { BlobRef, Digest } from '../../lifecycle/digest.js';
import type { EngineActivities, JudgedFinding } from '../../lifecycle/engine.js';
import { Failure } from '../../lifecycle/failures.js';
import { REGISTRY } from '../../lifecycle/ids.js';
import type { Plan } from '../../lifecycle/plan.js';
import { decisionPoints, exceptionDigest } from '../../policies/index.js';
import type { DecisionPoint, LoadedPolicy, PolicyFacts, PolicyFinding } from '../../policies/index.js';
import { isHeldAt, missingIn, requestOf } from './asking.js';
import type { Asking } from './asking.js';
import { compareWithAll, namesOf } from './compatibility.js';
import { conformanceOf } from './conformance.js';
import type { EngineDeps } from './deps.js';
import { evaluate } from './evaluate.js';
import { factsOf } from './facts.js';
import { flagsIn } from './flags.js';
import { grantsOf } from './grants.js';
import { placeOf } from './people.js';
import type { Policies } from './policies.js';
import { productIn } from './product.js';
import { rehearsalsOf } from './rehearsals.js';
import { environmentOf } from './request.js';

type Judging = Pick<EngineActivities, 'judge' | 'judgeRegistration'>;

/** Policies at the decision points; what people have excepted is told from what still has to be asked. */
export function createJudging(deps: EngineDeps, policies: Policies): Judging {
  const { notifies } = deps.settings ?? {};
  return {
    async judge({ target, point, plan: ref }) {
      const plan = await deps.catalog.blobs.getJson<Plan>(ref);
      const environment = environmentOf(deps, target.environment);
      const now = new Date().toISOString();
      const flags = await flagsIn(deps, plan.line, environment.name);
      const rehearsals = await rehearsalsOf(deps, plan);
      const facts = await factsOf(deps, { plan, ref, target, environment, now, flags, rehearsals });
      if (runs(point)) {
        const { line, environment: place, outputs } = target;
        facts.conformance = await conformanceOf(deps, plan.steps, {
          line,
          fqn: plan.fqn,
          environment: place,
          version: plan.to!.version,
          outputs,
        });
      }
      const { fqn, version, bundle } = (plan.to ?? plan.from)!;
      const found = { point, fqn, version, bundle, plan: ref, ...(target.life !== undefined && { life: target.life }) };
      const { requester, policies: pinned } = target;
      const held = isHeldAt(point);
      return judgeFacts(pointOf(point), facts, {
        policies: pinned,
        line: plan.line,
        place: environment,
        now,
        request: facts.request,
        requester,
        found,
        held,
        notifies,
      });
    },

    async judgeRegistration({ bundle, requestedBy, requester, reason, ticket, policies: pinned }) {
      const product = await productIn(deps, bundle);
      const { line, fqn, version } = namesOf(product);
      const now = new Date().toISOString();
      const comparison = await compareWithAll(deps, product, (await deps.catalog.products.read(line))?.record, now);
      const request = { requestedBy, reason, ticket };
      const flags = await flagsIn(deps, line, REGISTRY);
      const facts: PolicyFacts = { operation: 'register', product, bundle, comparison, changes: [], request, flags, now };
      const found = { point: 'register', fqn, version, bundle };
      const place = placeOf(deps, REGISTRY);
      return judgeFacts('register', facts, { policies: pinned, line, place, now, request, requester, found, held: false, notifies });
    },
  };

  async function judgeFacts(point: DecisionPoint, facts: PolicyFacts, asking: Judged): Promise<JudgedFinding[]> {
    const bundle = await policies.of(asking.policies);
    const findings = await evaluate(deps, bundle, point, facts);
    const excepting = findings.some(({ exception }) => exception);
    const granted = excepting ? await grantsOf(deps, asking.line, asking.place, facts.now) : new Set<Digest>();
    return findings.map((finding) => judged(finding, bundle.policies, asking, granted));
  }
}

/** What is new runs, and can still be taken back. */
const runs = (point: string): boolean => point === 'deployed' || point === 'upgraded';

interface Judged extends Asking {
  /** What the run was started under. */
  policies?: BlobRef;
}

/** What an exception to a finding is known by. The life of the instance is part of it: what was granted in one does not count in the next. */
export const subjectOf = (finding: PolicyFinding, line: string, environment: string, life: number | undefined): Digest =>
  exceptionDigest({
    rule: finding.rule,
    policy: finding.policyDigest,
    line,
    environment,
    pointer: finding.pointer,
    evidence: life === undefined ? finding.evidence : { life, evidence: finding.evidence },
  });

function judged(finding: PolicyFinding, policies: LoadedPolicy[], asking: Judged, granted: ReadonlySet<Digest>): JudgedFinding {
  const { policyDigest, evidence, exception, ...told } = finding;
  if (!exception) return told;
  const digest = subjectOf(finding, asking.line, asking.place.name, asking.found.life);
  if (granted.has(digest)) return { ...told, exceptedBy: digest };
  const missing = missingIn(finding, asking.request);
  if (missing !== undefined) return { ...told, hint: missing };
  const policy = policies.find((each) => each.digest === policyDigest);
  return { ...told, exception: requestOf(finding, digest, policy, asking) };
}

function pointOf(point: string): DecisionPoint {
  const known = decisionPoints.find((candidate) => candidate === point);
  if (!known) throw new Failure('Internal', `there is no decision point ${point}`);
  return known;
}
