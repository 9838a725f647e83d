import type { BlobRef, Digest, Json } from '../../lifecycle/digest.js';
import type { EngineActivities, JudgedFinding } from '../../lifecycle/engine.js';
import { Failure } from '../../lifecycle/failures.js';
import { REGISTRY } from '../../lifecycle/ids.js';
import type { Plan } from '../../lifecycle/plan.js';
import { decisionPoints, evaluate, exceptionDigest } from '../../policies/index.js';
import type { DecisionPoint, PolicyFacts, PolicyFinding } from '../../policies/index.js';
import { compareWithAll, namesOf } from './compatibility.js';
import type { EngineDeps } from './deps.js';
import { factsOf } from './facts.js';
import type { Policies } from './policies.js';
import { productIn } from './product.js';
import { environmentOf } from './request.js';
import { later } from './time.js';

type Judging = Pick<EngineActivities, 'judge' | 'judgeRegistration'>;

/** Policies at the decision points; what people have excepted is told from what still has to be asked. */
export function createJudging(deps: EngineDeps, policies: Policies): Judging {
  return {
    async judge({ target, point, plan: ref }) {
      const plan = await deps.catalog.blobs.getJson<Plan>(ref);
      const environment = environmentOf(deps, target.environment);
      const facts = await factsOf(deps, { plan, ref, target, environment, now: new Date().toISOString() });
      return judgeFacts(pointOf(point), facts, {
        policies: target.policies,
        line: plan.line,
        environment: environment.name,
        life: target.life,
        approvers: environment.approvers,
        deadline: environment.approvalDeadline,
      });
    },

    async judgeRegistration({ bundle, requestedBy, reason, policies: pinned }) {
      const product = await productIn(deps, bundle);
      const { line } = namesOf(product);
      const now = new Date().toISOString();
      const comparison = await compareWithAll(deps, product, (await deps.catalog.products.read(line))?.record, now);
      const facts: PolicyFacts = { operation: 'register', product, bundle, comparison, changes: [], request: { requestedBy, reason }, now };
      const { approvers, approvalDeadline } = deps.registration;
      const place = { policies: pinned, line, environment: REGISTRY, approvers, deadline: approvalDeadline };
      return judgeFacts('register', facts, place);
    },
  };

  async function judgeFacts(point: DecisionPoint, facts: PolicyFacts, place: Place): Promise<JudgedFinding[]> {
    const findings = await evaluate(await policies.of(place.policies), point, facts);
    const granted = new Set(
      findings.some(({ exception }) => exception)
        ? (await deps.catalog.exceptions.list(place.line, place.environment))
            .filter(({ decision, expiresAt }) => decision === 'granted' && (expiresAt === undefined || expiresAt > facts.now))
            .map(({ digest }) => digest)
        : [],
    );
    return findings.map((finding) => judged(finding, facts, place, granted));
  }
}

interface Place {
  /** What the run was started under. */
  policies?: BlobRef;
  line: string;
  environment: string;
  life?: number;
  approvers: string[];
  deadline: string;
}

function judged(finding: PolicyFinding, facts: PolicyFacts, place: Place, granted: ReadonlySet<Digest>): JudgedFinding {
  const { policyDigest, evidence, exception, ...told } = finding;
  if (!exception) return told;
  const { line, environment, life } = place;
  const digest = exceptionDigest({
    rule: finding.rule,
    policy: policyDigest,
    line,
    environment,
    pointer: finding.pointer,
    evidence: life === undefined ? evidence : { life, evidence },
  });
  if (granted.has(digest)) return { ...told, exceptedBy: digest };
  return {
    ...told,
    exception: {
      digest,
      rule: finding.rule,
      message: finding.message,
      line,
      environment,
      evidence: Array.isArray(evidence) ? evidence.map(inWords) : [],
      requestedBy: facts.request.requestedBy,
      reason: facts.request.reason,
      approvers: exception.roles.length > 0 ? exception.roles : place.approvers,
      deadline: later(facts.now, place.deadline),
      expiresAt: later(facts.now, exception.expiresAfter),
    },
  };
}

/** Evidence as people read it: planned changes, and differences between versions. */
function inWords(entry: Json): string {
  if (typeof entry === 'string') return entry;
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return JSON.stringify(entry);
  const { action, address, dataLoss, rule, pointer, before, after } = entry;
  if (typeof rule === 'string')
    return `${rule} ${String(pointer)}${before || after ? `: ${String(before || 'nothing')} becomes ${String(after || 'nothing')}` : ''}`;
  if (typeof action !== 'string' || typeof address !== 'string') return JSON.stringify(entry);
  return `${action} ${address}${dataLoss === true ? ' (data is lost)' : ''}`;
}

function pointOf(point: string): DecisionPoint {
  const known = decisionPoints.find((candidate) => candidate === point);
  if (!known) throw new Failure('Internal', `there is no decision point ${point}`);
  return known;
}
