import type { Applied, ApplyInput, VerbContext } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import { deleteGroups } from '../../support/kafka.js';
import { pageOf } from '../../support/page.js';
import type { LedgerDeps } from '../deps.js';
import { phaseOf, planJobs, type BeforeImage, type FormerJob, type JobAction } from './plan.js';
import { restartPoint } from './restart-point.js';
import { checkSchemas } from './run-statements.js';
import { startJob } from './start-job.js';
import { openStep, type FlinkStep } from './step.js';
import { stopJob } from './stop-job.js';

/**
 * Starts, replaces and stops the jobs that the approved plan names for this phase, one after the other, each confirmed by the JobManager.
 * What runs already is left alone, so a second call ends the same. Outputs: `jobs`, by sink the name and id of what runs.
 */
export async function apply(deps: LedgerDeps, input: ApplyInput, context: VerbContext): Promise<Applied> {
  const step = await openStep(deps, input, context);
  if (step.unknown.length) throw new Failure('InvalidInput', `step ${input.scope.step}: no step has given ${step.unknown.join(', ')}`);
  const before = (await deps.blobs.getJson(input.permit.before)) as BeforeImage;
  const plan = planJobs(step.from, step.to, before);
  if (plan.digest !== input.permit.approved)
    throw new Failure('PlanChanged', `step ${input.scope.step}: the statements or the running jobs are not those that were judged`);
  await step.refuseSharedSinks();
  await refuseForeignJobs(step, before, input.scope.step);

  await step.claims.claim([...new Set(step.to?.flatMap(({ groups }) => groups))]);
  const due = plan.actions.filter((action) => phaseOf(action) === input.permit.phase);
  for (const [index, action] of due.entries()) {
    await context.assertFence();
    context.progress(`${index + 1} of ${due.length}: ${action.kind} ${action.kind === 'forget' ? action.groups.join(', ') : action.sink}`);
    await perform(step, action, before, input.permit.key, context);
  }
  const running = await step.running();
  const started = (step.to ?? []).flatMap(({ sink, name }) => {
    const job = running.find((each) => each.name === name);
    return job ? [{ sink, name, id: job.id }] : [];
  });
  const jobs = Object.fromEntries(started.map(({ sink, name, id }) => [sink, { name, id }]));
  const pages = started.map(({ sink, id }) => ({ title: sink, url: pageOf(step.system.jobManagerUrl, `#/job/running/${id}/overview`) }));
  return { outputs: step.to ? { jobs } : {}, pages };
}

async function perform(step: FlinkStep, action: JobAction, before: BeforeImage, key: string, context: VerbContext): Promise<void> {
  const { manager, ledger } = step;
  switch (action.kind) {
    case 'start':
    case 'replace': {
      const job = step.to?.find(({ name }) => name === action.name);
      if (!job) return;
      // Before the former job is stopped: what will not start must not end it.
      await checkSchemas(job, step);
      const former = await stopAll(step, action.sink, before, key, action.name);
      // What the plan has said of a lost job holds: nothing is looked for again that somebody may have taken away.
      const planned = action.kind === 'start' ? action.lost?.restartFrom : undefined;
      const restartFrom = former[0] ? await restartPoint(former[0].id, manager, ledger) : planned;
      const onStateless = (why: string): void => context.progress(`${action.sink}: begins ${job.without.begins}: ${why}`);
      return startJob(step, { job, key, restartFrom }, { assertFence: context.assertFence, onStateless });
    }
    case 'stop':
      await stopAll(step, action.sink, before, key);
      return;
    case 'forget': {
      const { busy } = await deleteGroups(step.environment.kafka.bootstrapServers, await step.claims.aloneOf(action.groups));
      if (busy.length)
        throw new Failure('SystemRefused', `consumer groups ${busy.join(', ')} still have members: somebody else reads under these names`);
    }
  }
}

/** Stops what writes a sink, except the job that shall. Also those that were stopped by an earlier attempt are returned, newest first. */
async function stopAll(step: FlinkStep, sink: string, before: BeforeImage, key: string, except?: string): Promise<FormerJob[]> {
  const concerned = (job: FormerJob): boolean => job.sink === sink && job.name !== except;
  // A job may run under another id than at the preview: somebody started the same again. The name decides.
  const running = (await step.running()).filter(concerned);
  const ended = before.jobs.filter((job) => concerned(job) && running.every(({ id }) => id !== job.id));
  const former = [...running, ...ended];
  for (const job of former) await stopJob(step, job, key);
  return former;
}

/** A job of these sinks that neither ran at the preview nor is wanted was started by somebody else: it would write the same topics. */
async function refuseForeignJobs(step: FlinkStep, before: BeforeImage, name: string): Promise<void> {
  const known = new Set([...before.jobs, ...(step.to ?? [])].map((job) => job.name));
  const foreign = (await step.running()).filter((job) => !known.has(job.name));
  if (foreign.length)
    throw new Failure('PlanChanged', `step ${name}: started by somebody else since the plan: ${foreign.map((job) => job.name).join(', ')}`);
}
