import type { Digest } from '../../../lifecycle/digest.js';
import type { EffectPhase, PlannedChange } from '../../../lifecycle/executor.js';
import { digestOfJson } from '../../../descriptors/digest.js';
import { isActive, type JobSummary } from './job-manager.js';
import { sinkOf } from './job-name.js';
import type { WithoutState } from './without-state.js';

/** A job by its name, as a script asks for it. */
export interface NamedJob {
  sink: string;
  name: string;
  groups: string[];
  /** What becomes of it where it starts without the state of the job before it. */
  without: WithoutState;
}

/** A job of this product that was there at the preview. */
export interface FormerJob {
  id: string;
  name: string;
  sink: string;
}

export type JobAction =
  /** `lost`: the version that is left had a job of this sink, and it does not run. */
  | { kind: 'start'; sink: string; name: string; lost?: Lost }
  | ({ kind: 'replace'; sink: string; name: string; former: string[] } & Fallback & Groups)
  | ({ kind: 'stop'; sink: string; names: string[]; phase: EffectPhase } & Groups)
  /** Consumer groups under which jobs that are gone committed their offsets. */
  | { kind: 'forget'; groups: string[] };

interface Groups {
  /** Consumer groups of the job that stay, because it is not known whether others use them. */
  kept?: string[];
}

/** What happens where a job cannot go on from the state of the one before it. */
interface Fallback {
  /** Nothing is missed or counted anew then. */
  harmless: boolean;
  /** In words. */
  begins: string;
}

interface Lost extends Fallback {
  /** The savepoint or checkpoint that it goes on from. */
  restartFrom?: string;
  /** The statements are others than those of the job that is lost, so that the state may not fit. */
  isChanged: boolean;
}

export interface JobPlan {
  actions: JobAction[];
  digest: Digest;
}

/** What the preview saw. */
export interface BeforeImage {
  /** Active jobs of this step's sinks. */
  jobs: FormerJob[];
  /** Consumer groups of the former version that exist on the broker, or will when its jobs are stopped, and are this task's alone. */
  groups: string[];
  /** Those that others may commit under, too: they stay. */
  sharedGroups?: string[];
  /** Of jobs that the former version had and that do not run: the savepoint or checkpoint that was found, by sink. */
  points?: { [sink: string]: string };
}

/**
 * Of all jobs of the cluster those that run and write a sink table of one of these names. Jobs of other products and environments are never
 * among them; those of other tasks may be.
 */
export function jobsOnSinks(jobs: JobSummary[], fqn: string, environment: string, sinks: Set<string>): (JobSummary & { sink: string })[] {
  return jobs.flatMap((job) => {
    const sink = sinkOf(fqn, environment, job.name);
    return sink !== undefined && sinks.has(sink) && isActive(job.state) ? [{ ...job, sink }] : [];
  });
}

/** Pure: from the jobs that run to those that are wanted. A job whose statements are unchanged is left running. */
export function planJobs(from: NamedJob[], to: NamedJob[] | undefined, before: BeforeImage): JobPlan {
  const actions: JobAction[] = [];
  const keptGroups = (sink: string): Groups => {
    const groups = from.filter((job) => job.sink === sink).flatMap((job) => job.groups);
    const kept = [...new Set(groups)].filter((group) => before.sharedGroups?.includes(group)).sort();
    return kept.length > 0 ? { kept } : {};
  };
  for (const job of to ?? []) {
    const { sink, name } = job;
    const last = from.find((each) => each.sink === sink);
    const running = before.jobs.filter((job) => job.sink === sink).map((job) => job.name);
    const former = [...new Set(running.filter((each) => each !== name))].sort();
    if (former.length) actions.push({ kind: 'replace', sink, name, former, ...fallbackOf(last, job), ...keptGroups(sink) });
    else if (running.length === 0) {
      const restartFrom = before.points?.[sink];
      const lost = last && { ...fallbackOf(last, job), isChanged: last.name !== name, ...(restartFrom !== undefined && { restartFrom }) };
      actions.push({ kind: 'start', sink, name, ...(lost && { lost }) });
    }
  }
  const gone = [...new Set(before.jobs.map(({ sink }) => sink))].filter((sink) => !to?.some((job) => job.sink === sink)).sort();
  for (const sink of gone) {
    const names = [...new Set(before.jobs.filter((job) => job.sink === sink).map(({ name }) => name))].sort();
    // An upgrade that drops a job keeps it until all else has succeeded; a retirement stops its applications first, and can start them again.
    actions.push({ kind: 'stop', sink, names, phase: to ? 'finalise' : 'apply', ...keptGroups(sink) });
  }
  const groups = from
    .flatMap((job) => job.groups)
    .filter((group) => before.groups.includes(group) && !to?.some((job) => job.groups.includes(group)));
  if (groups.length) actions.push({ kind: 'forget', groups: [...new Set(groups)].sort() });
  return { actions, digest: digestOfJson(actions.map(doneBy)) };
}

/** What of an action decides what is done. The words about it are for people, and may be put better while an operation is under way. */
function doneBy(action: JobAction): object {
  switch (action.kind) {
    case 'start':
      return {
        kind: action.kind,
        sink: action.sink,
        name: action.name,
        ...(action.lost && { restartFrom: action.lost.restartFrom ?? null }),
      };
    case 'replace':
      return { kind: action.kind, sink: action.sink, name: action.name, former: action.former, harmless: action.harmless };
    case 'stop':
      return { kind: action.kind, sink: action.sink, names: action.names, phase: action.phase };
    case 'forget':
      return action;
  }
}

/** Offsets are committed under the groups that the former job read with: under another one there are none. */
function fallbackOf(last: NamedJob | undefined, { groups, without: { stateful, goesOn, begins } }: NamedJob): Fallback {
  const forgets = stateful || last?.without.stateful === true;
  const isOtherGroup = last !== undefined && groups.some((group) => !last.groups.includes(group));
  const where = isOtherGroup ? 'where a consumer group begins that has committed nothing' : begins;
  return { harmless: !forgets && goesOn && !isOtherGroup, begins: `${forgets ? 'WITHOUT its counts, windows and joins, ' : ''}${where}` };
}

export const phaseOf = (action: JobAction): EffectPhase =>
  action.kind === 'stop' ? action.phase : action.kind === 'forget' ? 'finalise' : 'apply';

/** The plan in the words of the contract. */
export const plannedChanges = (plan: JobPlan): PlannedChange[] =>
  plan.actions.map((action) => {
    const phase = phaseOf(action);
    switch (action.kind) {
      case 'start': {
        const { name, lost } = action;
        return {
          address: `job ${action.sink}`,
          action: 'create',
          dataLoss: lost !== undefined && !lost.harmless && (lost.restartFrom === undefined || lost.isChanged),
          phase,
          // Rows that it has written stay in the topic.
          undo: 'equivalent',
          summary: lost ? `${name}; the job that was there is lost: ${lostWords(lost)}` : name,
        };
      }
      case 'replace':
        return {
          address: `job ${action.sink}`,
          action: 'replace',
          // Whether the state fits shows only when the job starts.
          dataLoss: !action.harmless,
          phase,
          undo: 'equivalent',
          summary: `stopped with a savepoint; ${action.name} goes on from it. Where that state does not fit any more it begins ${action.begins}. Undone, the former job goes on from the savepoint and writes the rows since then once more${keptWords(action)}`,
        };
      case 'stop':
        return {
          address: `job ${action.sink}`,
          action: 'delete',
          dataLoss: false,
          phase,
          undo: 'exact',
          summary: `stopped with a savepoint${keptWords(action)}`,
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

const keptWords = ({ kept = [] }: Groups): string =>
  kept.length > 0 ? `; consumer groups ${kept.join(', ')} stay: others may commit under them, and left alone they do no harm` : '';

const lostWords = ({ restartFrom, isChanged, begins }: Lost): string => {
  if (restartFrom === undefined) return `no savepoint or checkpoint of it was found, so this one begins ${begins}`;
  return `this one goes on from ${restartFrom}${isChanged ? `. Where that state does not fit any more it begins ${begins}` : ''}`;
};
