import type { Digest } from '../../../lifecycle/digest.js';
import type { EffectPhase, PlannedChange } from '../../../lifecycle/executor.js';
import { digestOfJson } from '../../../descriptors/digest.js';
import { isActive, type JobSummary } from './job-manager.js';
import { sinkOf } from './job-name.js';

/** A job by its name, as a script asks for it. */
export interface NamedJob {
  sink: string;
  name: string;
  groups: string[];
  /** It may keep more than offsets. */
  stateful: boolean;
}

/** A job of this product that was there at the preview. */
export interface FormerJob {
  id: string;
  name: string;
  sink: string;
}

export type JobAction =
  | { kind: 'start'; sink: string; name: string }
  | { kind: 'replace'; sink: string; name: string; former: string[]; stateful: boolean }
  | { kind: 'stop'; sink: string; names: string[]; phase: EffectPhase }
  /** Consumer groups under which jobs that are gone committed their offsets. */
  | { kind: 'forget'; groups: string[] };

export interface JobPlan {
  actions: JobAction[];
  digest: Digest;
}

/** What the preview saw. */
export interface BeforeImage {
  /** Active jobs of this step's sinks. */
  jobs: FormerJob[];
  /** Consumer groups of the former version that exist on the broker, or will when its jobs are stopped. */
  groups: string[];
}

/** Of all jobs of the cluster those that run and write a sink of this step. Jobs of other tasks, products and environments are never touched. */
export function jobsOfStep(jobs: JobSummary[], fqn: string, environment: string, sinks: Set<string>): (JobSummary & { sink: string })[] {
  return jobs.flatMap((job) => {
    const sink = sinkOf(fqn, environment, job.name);
    return sink !== undefined && sinks.has(sink) && isActive(job.state) ? [{ ...job, sink }] : [];
  });
}

/** Pure: from the jobs that run to those that are wanted. A job whose statements are unchanged is left running. */
export function planJobs(from: NamedJob[], to: NamedJob[] | undefined, before: BeforeImage): JobPlan {
  const actions: JobAction[] = [];
  for (const { sink, name, stateful } of to ?? []) {
    const running = before.jobs.filter((job) => job.sink === sink).map((job) => job.name);
    const former = [...new Set(running.filter((each) => each !== name))].sort();
    if (former.length)
      actions.push({ kind: 'replace', sink, name, former, stateful: stateful || from.some((job) => job.sink === sink && job.stateful) });
    else if (running.length === 0) actions.push({ kind: 'start', sink, name });
  }
  const gone = [...new Set(before.jobs.map(({ sink }) => sink))].filter((sink) => !to?.some((job) => job.sink === sink)).sort();
  for (const sink of gone) {
    const names = [...new Set(before.jobs.filter((job) => job.sink === sink).map(({ name }) => name))].sort();
    // An upgrade that drops a job keeps it until all else has succeeded; a retirement stops its applications first, and can start them again.
    actions.push({ kind: 'stop', sink, names, phase: to ? 'finalise' : 'apply' });
  }
  const groups = from
    .flatMap((job) => job.groups)
    .filter((group) => before.groups.includes(group) && !to?.some((job) => job.groups.includes(group)));
  if (groups.length) actions.push({ kind: 'forget', groups: [...new Set(groups)].sort() });
  return { actions, digest: digestOfJson(actions) };
}

export const phaseOf = (action: JobAction): EffectPhase =>
  action.kind === 'stop' ? action.phase : action.kind === 'forget' ? 'finalise' : 'apply';

/** The plan in the words of the contract. */
export const plannedChanges = (plan: JobPlan): PlannedChange[] =>
  plan.actions.map((action) => {
    const phase = phaseOf(action);
    switch (action.kind) {
      case 'start':
        return { address: `job ${action.sink}`, action: 'create', dataLoss: false, phase, undo: 'exact', summary: action.name };
      case 'replace':
        return {
          address: `job ${action.sink}`,
          action: 'replace',
          // Whether the state fits shows only when the job starts.
          dataLoss: action.stateful,
          phase,
          undo: 'exact',
          summary: `stopped with a savepoint; ${action.name} goes on from it, or ${action.stateful ? 'WITHOUT its counts, windows and joins' : 'from the committed offsets'} where that state does not fit any more`,
        };
      case 'stop':
        return {
          address: `job ${action.sink}`,
          action: 'delete',
          dataLoss: false,
          phase,
          undo: 'exact',
          summary: 'stopped with a savepoint',
        };
      case 'forget':
        return {
          address: `consumer groups ${action.groups.join(', ')}`,
          action: 'delete',
          dataLoss: false,
          phase,
          undo: 'equivalent',
          summary: 'the offsets are in the savepoints too',
        };
    }
  });
