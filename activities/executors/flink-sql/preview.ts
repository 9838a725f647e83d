import type { Preview, VerbContext, VerbInput } from '../../../lifecycle/executor.js';
import { existingGroups } from '../../support/kafka.js';
import type { LedgerDeps } from '../deps.js';
import { GatewaySession } from './gateway.js';
import { planJobs, plannedChanges, type BeforeImage, type FormerJob } from './plan.js';
import { restartPointOf } from './restart-point.js';
import { explain, prepare } from './run-statements.js';
import { openStep, type FlinkStep, type Job } from './step.js';

/**
 * Which jobs would start, be replaced, go. Those that would start are explained by the server first (syntax, tables, columns, types):
 * `StatementRefused` names file and line. `TemplateRefused` where another task of the product writes the same table. Nothing runs.
 */
export async function preview(deps: LedgerDeps, input: VerbInput, context: VerbContext): Promise<Preview> {
  const step = await openStep(deps, input, context);
  await step.refuseSharedSinks();
  const running = await step.running();
  const before: BeforeImage = {
    jobs: running.map(({ id, name, sink }) => ({ id, name, sink })),
    ...(await groupsLeft(step, new Set(running.map(({ name }) => name)))),
    points: await pointsOfLost(step, running),
  };
  const plan = planJobs(step.from, step.to, before);
  const starting = new Set(plan.actions.flatMap((action) => (action.kind === 'start' || action.kind === 'replace' ? [action.name] : [])));
  await explainAll(
    step,
    (step.to ?? []).filter(({ name }) => starting.has(name)),
    input.outputs,
  );
  return {
    changes: plannedChanges(plan),
    unknown: step.unknown.map((output) => `${output} is known after an earlier step`),
    digest: plan.digest,
    before: await deps.blobs.putJson(before),
  };
}

/**
 * With the registered schemas where a step has said that they are what they will be (`outputs` hold the subject): others may be registered by
 * an earlier step of the same operation.
 */
async function explainAll(step: FlinkStep, jobs: Job[], outputs: VerbInput['outputs']): Promise<void> {
  const settled = new Set(Object.values(outputs).flatMap((given) => Object.keys(given)));
  const isSettled = (subject: string): boolean => settled.has(subject);
  if (jobs.length === 0) return;
  await GatewaySession.use(step.system, step.signal, async (session) => {
    const defined = new Set<string>();
    for (const job of jobs) {
      await prepare(session, job, step, { defined, isSettled });
      await explain(session, job);
    }
  });
}

/** Where the jobs can go on that the former version had and that do not run. */
async function pointsOfLost({ from, to, manager, ledger }: FlinkStep, running: FormerJob[]): Promise<{ [sink: string]: string }> {
  const lost = from.filter(({ sink }) => to?.some((job) => job.sink === sink) && running.every((job) => job.sink !== sink));
  const points: { [sink: string]: string } = {};
  for (const { sink, name } of lost) {
    const point = await restartPointOf(name, manager, ledger);
    if (point !== undefined) points[sink] = point;
  }
  return points;
}

/** Groups that no job uses any more: those that exist, and those of running jobs, which commit their offsets at the latest when they are stopped. */
async function groupsLeft(
  { from, to, environment, claims }: FlinkStep,
  running: Set<string>,
): Promise<Pick<BeforeImage, 'groups' | 'sharedGroups'>> {
  const stay = new Set(to?.flatMap((job) => job.groups));
  const gone = [...new Set(from.flatMap((job) => job.groups))].filter((group) => !stay.has(group));
  const soon = from.filter(({ name }) => running.has(name)).flatMap((job) => job.groups);
  const existing = await existingGroups(environment.kafka.bootstrapServers, gone);
  const left = gone.filter((group) => existing.includes(group) || soon.includes(group));
  const groups: string[] = [];
  const sharedGroups: string[] = [];
  for (const group of left) ((await claims.isAlone(group)) ? groups : sharedGroups).push(group);
  return { groups, sharedGroups };
}
