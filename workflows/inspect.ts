import { isCancellation, workflowInfo } from '@temporalio/workflow';
import type { Probe } from '../lifecycle/executor.js';
import type { InspectedStep, InspectionResult, InspectionTarget } from '../lifecycle/inspection.js';
import type { InspectInput } from '../lifecycle/operations.js';
import { taskIdOf } from '../lifecycle/ownership.js';
import type { Step } from '../lifecycle/plan.js';
import { engine, verbs } from './activities.js';
import { causeOf, endOf } from './failure.js';
import { text } from './operation.js';
import { Progress } from './progress.js';
import { scopeOf } from './scope.js';
import { label } from './search-attributes.js';

/** How far back failures count that look overcome: a failing ksqlDB query is tried again after a quarter of an hour at the latest. */
const LOOKED_BACK_MS = 60 * 60_000;

/** Looks whether what runs is as it was deployed and works. Changes nothing and holds nothing. */
export async function inspectDataProduct(input: InspectInput): Promise<InspectionResult> {
  const progress = new Progress('inspect', text(input?.product), input?.version ?? '', text(input?.environment));
  label({ operation: 'inspect', environment: text(input?.environment), state: 'reading' });
  const { workflowId, runId } = workflowInfo();
  try {
    const target = await engine().readInspection({ input, holder: { workflowId, runId } });
    const { line: product, fqn, domain, environment, requester, running, deployedAt, sunset, beside, underWay } = target;
    progress.names(target.displayName, running.version);
    label({ product, domain, environment, requestedBy: requester.name, state: 'inspecting' });
    progress.state('inspecting');
    const planned = await engine(target.settings).planSteps({ environment, from: running, to: running });
    const [steps, conformance] = await Promise.all([
      lookAt(target, planned, progress),
      engine(target.settings).findNonconformities({ target, steps: planned }),
    ]);
    const isUnwell =
      steps.some(({ healthy }) => !healthy) || conformance.some(({ breaking, untold }) => breaking || untold === 'unreachable');
    const state = isUnwell ? 'unwell' : steps.every(isAsDeployed) ? 'healthy' : 'drifted';
    progress.state(state);
    label({ state });
    return { state, product, fqn, version: running.version, environment, deployedAt, sunset, beside, underWay, steps, conformance };
  } catch (error) {
    if (isCancellation(error)) throw error;
    progress.state('failed');
    label({ state: 'failed' });
    const { product, environment } = progress.status;
    throw progress.failed(endOf(causeOf(error), { product, environment, ended: 'refused', remains: [] }));
  }
}

const isAsDeployed = ({ state, drift }: InspectedStep): boolean => state === 'to' && drift.length === 0;

async function lookAt(target: InspectionTarget, steps: Step[], progress: Progress): Promise<InspectedStep[]> {
  const { settings } = target;
  progress.steps(steps);
  const missing = await engine(settings).findMissingExecutors([...new Set(steps.map(({ executor }) => executor))]);
  const since = new Date(Date.now() - LOOKED_BACK_MS).toISOString();
  return Promise.all(
    steps.map(async (step) => {
      progress.step(step.id, 'verifying');
      const seen = missing.includes(step.executor)
        ? unseen(step, `no worker serves ${step.executor}`)
        : await look(target, step, since).catch((error: unknown) => {
            if (isCancellation(error)) throw error;
            return unseen(step, causeOf(error).message);
          });
      progress.step(step.id, seen.healthy && isAsDeployed(seen) ? 'done' : 'failed', seen.evidence.join('; '));
      return seen;
    }),
  );
}

async function look(target: InspectionTarget, step: Step, since: string): Promise<InspectedStep> {
  const { running, outputs, owns, settings } = target;
  const scope = scopeOf({ ...target, to: running }, step);
  const input = { scope, change: step.change, outputs, owned: owns?.[taskIdOf(step)] };
  const { id, title, executor } = step;
  const { changes: drift, before } = await verbs(executor, settings, `compare ${title}`).preview(input);
  const probe = await verbs(executor, settings, `probe ${title}`).probe({ ...input, phase: 'finalise', before, since });
  return { step: id, title, drift, ...probe, healthy: works(step, probe) };
}

/** An application that is not as it was deployed does not do what it should; of infrastructure and schemas that is drift and no more. */
const works = ({ phase }: Step, { state, healthy }: Probe): boolean =>
  state === 'to' ? healthy : state !== 'unreachable' && phase !== 'integrate';

const unseen = ({ id, title }: Step, why: string): InspectedStep => ({
  step: id,
  title,
  state: 'unreachable',
  healthy: false,
  drift: [],
  evidence: [why],
});
