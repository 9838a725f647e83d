import type { BlobRef } from '../../lifecycle/digest.js';
import type { EngineActivities, Holder } from '../../lifecycle/engine.js';
import { Failure } from '../../lifecycle/failures.js';
import type { Outputs, PlannedChange } from '../../lifecycle/executor.js';
import type { SealedPlan } from '../../lifecycle/plan.js';
import type { EnvironmentRecord, InstanceRecord, OperationRecord, ProductRecord } from '../../lifecycle/records.js';
import { twinOf } from '../../lifecycle/ids.js';
import { majorOf } from '../../lifecycle/states.js';
import type { EngineDeps } from './deps.js';
import { allHold, decisionsBehind } from './grants.js';
import { assertClosed } from './holder.js';
import { instanceAfter } from './instance.js';
import { environmentOf, readUnfinished } from './request.js';
import { later } from './time.js';

type Recording = Pick<EngineActivities, 'takeRecord' | 'leaveRecord' | 'takeOver' | 'setPhase' | 'releaseRecord' | 'recordResult'>;

/** The operation record: one writer for a product in an environment, and the way back after any crash. */
export function createRecording(deps: EngineDeps): Recording {
  const { environments, products, evidence } = deps.catalog;
  const { namespace } = deps;

  return {
    async takeRecord({ target, holder, plan, steps, grants = [] }) {
      const { line, environment } = target;
      const current = (await environments.read(line, environment))?.record;
      const held = current?.operation;
      if (held && !sameRun(held, holder)) {
        await assertClosed(deps, current, held, target.operation);
        return { state: 'dirty', ...(await readUnfinished(deps, current, held)) };
      }
      if (held) return { state: 'taken', fence: held.fence };
      // A grant may have run out, or an approver may have left, since the plan was judged: judged again.
      if (grants.length > 0 && !(await allHold(deps, line, environmentOf(deps, environment), grants)))
        return { state: 'changed', fence: current?.fence ?? 0 };
      if ((current?.fence ?? 0) !== target.fence) return { state: 'changed', fence: current?.fence ?? 0 };
      const fence = target.fence + 1;
      const operation: OperationRecord = {
        operation: target.operation,
        ...holder,
        namespace,
        fqn: target.fqn,
        plan,
        before: Object.fromEntries(steps.map(({ id, before }) => [id, before])),
        phase: 'applying',
        fence,
        take: fence,
        since: now(),
        requestedBy: target.requestedBy,
      };
      const written = await environments.change(line, environment, (found) => {
        if ((found?.fence ?? 0) !== target.fence || found?.operation) return undefined;
        return { line, environment, instances: {}, ...found, fence, operation };
      });
      const won = written.operation && sameRun(written.operation, holder);
      return won ? { state: 'taken', fence } : { state: 'changed', fence: written.fence };
    },

    async leaveRecord({ line, environment, holder }) {
      if (!(await environments.read(line, environment))) return;
      await environments.change(line, environment, (found) =>
        found?.operation && sameRun(found.operation, holder) ? { ...found, operation: undefined } : undefined,
      );
    },

    async takeOver({ line, environment, holder, record }) {
      const written = await environments.change(line, environment, (found) => {
        if (found?.operation?.fence !== record.fence || sameRun(found.operation, holder)) return undefined;
        const phase = record.phase === 'finalising' ? 'finalising' : 'compensating';
        // What was found, not what was asked for: an effect that was under way may have noted its before-image since.
        return { ...found, fence: found.fence + 1, operation: { ...found.operation, ...holder, namespace, phase, fence: found.fence + 1 } };
      });
      if (!written.operation || !sameRun(written.operation, holder)) throw superseded(line, environment);
      const { fence, before, outputs } = written.operation;
      return { fence, before, outputs };
    },

    async setPhase({ line, environment, fence, phase }) {
      await environments.change(line, environment, (found) => {
        const operation = heldBy(found, fence, line, environment);
        return operation.phase === phase ? undefined : { ...found!, operation: { ...operation, phase } };
      });
    },

    async releaseRecord({ plan, fence, holder, requestedBy, cause, left, at }) {
      const { line, environment } = plan;
      const ended = left.length > 0 ? 'needs-operator' : 'compensated';
      await leaveEvidence(plan, holder, at, { fence, requestedBy, ended, cause, left });
      await environments.change(line, environment, (found) => {
        if (!found || !found.operation || found.operation.fence !== fence) return undefined;
        return { ...found, operation: undefined };
      });
    },

    async recordResult({ plan, fence, outputs, findings, policies, holder, requestedBy, at, left }) {
      const { line, environment } = plan;
      const current = (await environments.read(line, environment))?.record;
      // Evidence comes before the write that ends the operation, so that a crash in between cannot lose it; never from one that was taken over.
      if (current?.operation?.fence !== fence && !(current && wroteBefore(current, plan, at))) throw superseded(line, environment);
      const decisions = await decisionsBehind(deps, line, environment, findings);
      await leaveEvidence(plan, holder, at, { fence, requestedBy, ended: 'done', findings, decisions, policies, outputs, left });
      await environments.change(line, environment, (found) => {
        if (!found?.operation || found.operation.fence !== fence) {
          if (found && wroteBefore(found, plan, at)) return undefined;
          throw superseded(line, environment);
        }
        const major = majorOf((plan.to ?? plan.from)!.version);
        return {
          ...found,
          operation: undefined,
          instances: { ...found.instances, [major]: instanceAfter({ plan, outputs, holder, at, left }, found) },
        };
      });
      // What is rehearsed says nothing about the life of a version.
      if (twinOf(environment)) return;
      if (plan.operation === 'retire') await retireVersion(plan);
      else await settleVersion(plan);
      if (plan.operation === 'upgrade' && !plan.from) await deprecateBeside(plan, at, holder.workflowId);
    },
  };

  async function leaveEvidence(plan: SealedPlan, holder: Holder, at: string, end: object): Promise<void> {
    const { line, environment, operation, fqn, from, to, ref } = plan;
    await evidence.write(line, at, operation, { operation, fqn, environment, from, to, plan: ref, at, ...holder, ...end });
  }

  /** A version that was retired and runs again is no longer retired. */
  async function settleVersion({ line, to }: SealedPlan): Promise<void> {
    await products.change(line, (found): ProductRecord | undefined => {
      const version = to && found?.versions[to.version];
      if (!found || version?.state !== 'retired') return undefined;
      const running = { ...version, state: 'registered' as const, sunset: undefined };
      return { ...found, versions: { ...found.versions, [version.version]: running } };
    });
  }

  /** The new major stands beside the old ones, and these get a sunset date. */
  async function deprecateBeside({ line, environment, to }: SealedPlan, announcedAt: string, workflowId: string): Promise<void> {
    const sunset = later(announcedAt, environmentOf(deps, environment).deprecationPeriod);
    await environments.change(line, environment, (found) => {
      const entries = Object.entries(found?.instances ?? {}).map(([major, instance]): [string, InstanceRecord] => {
        const beside = instance.version !== to?.version && instance.state === 'deployed' && !instance.deprecation;
        return [
          major,
          beside ? { ...instance, deprecation: { announcedAt, sunset, workflowId, operation: 'upgrade' as const } } : instance,
        ];
      });
      return found && { ...found, instances: Object.fromEntries(entries) };
    });
  }

  /** A version that runs nowhere any more, after it was announced as going away, is retired. */
  async function retireVersion({ line, from }: SealedPlan): Promise<void> {
    const everywhere = (await environments.list(line))
      .filter((each) => !twinOf(each.environment))
      .flatMap(({ instances }) => Object.values(instances));
    if (!from || everywhere.some(({ version, state }) => version === from.version && state !== 'retired')) return;
    await products.change(line, (found): ProductRecord | undefined => {
      const version = found?.versions[from.version];
      if (!found || version?.state !== 'deprecated') return undefined;
      return { ...found, versions: { ...found.versions, [from.version]: { ...version, state: 'retired' } } };
    });
  }
}

/** Throws `Superseded` unless the record is held under this fence. */
export async function assertFence(deps: Pick<EngineDeps, 'catalog'>, line: string, environment: string, fence: number): Promise<void> {
  heldBy((await deps.catalog.environments.read(line, environment))?.record, fence, line, environment);
}

/** What a step acts on. */
export interface StepBasis {
  line: string;
  environment: string;
  fence: number;
  step: string;
  before: BlobRef;
  outputs: { [component: string]: Outputs };
  /** What it changes, where the plan could not say. */
  changes?: PlannedChange[];
}

/** Notes what a step acts on where it is not what the plan says, because it was previewed again. Throws `Superseded`. */
export async function noteBasis(
  deps: Pick<EngineDeps, 'catalog'>,
  { line, environment, fence, step, before, outputs, changes }: StepBasis,
): Promise<void> {
  await deps.catalog.environments.change(line, environment, (found) => {
    const operation = heldBy(found, fence, line, environment);
    if (operation.before[step] === before && (!changes || operation.changes?.[step])) return undefined;
    const noted = {
      before: { ...operation.before, [step]: before },
      outputs: { ...operation.outputs, ...outputs },
      ...(changes && { changes: { ...operation.changes, [step]: changes } }),
    };
    return { ...found!, operation: { ...operation, ...noted } };
  });
}

function heldBy(found: EnvironmentRecord | undefined, fence: number, line: string, environment: string): OperationRecord {
  if (found?.operation?.fence !== fence) throw superseded(line, environment);
  return found.operation;
}

const superseded = (line: string, environment: string): Failure =>
  new Failure('Superseded', `another operation has taken over ${line} in ${environment}`);

const sameRun = (held: Holder, holder: Holder): boolean => held.workflowId === holder.workflowId && held.runId === holder.runId;

/** The write succeeded, its answer was lost. */
const wroteBefore = (found: EnvironmentRecord, plan: SealedPlan, at: string): boolean =>
  Object.values(found.instances).some(({ plan: ref, since }) => ref === plan.ref && since === at);

const now = (): string => new Date().toISOString();
