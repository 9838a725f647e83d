import { Failure } from '../../../lifecycle/failures.js';
import { waitUntil } from '../../support/abortable-wait.js';
import { GatewaySession } from './gateway.js';
import { isActive, JobManager, type JobSummary } from './job-manager.js';
import { prepare, submit } from './run-statements.js';
import type { FlinkStep, Job } from './step.js';

/** A job is scheduled in seconds; waiting for a free slot may take a task manager's start. */
const START_TIMEOUT_MS = 90_000;
/** After a lost answer the cluster still may take the job. Giving up early does no harm: the next attempt submits under the same id. */
const SUBMIT_GRACE_MS = 3_000;
const POLL_MS = 100;
/** A job that failed this often while starting will not run by itself. */
const MAX_FAILURES = 3;

export interface StartOptions {
  job: Job;
  /** Idempotency key of the step: the same key never makes a second job. */
  key: string;
  /** Savepoint or checkpoint to go on from. */
  restartFrom?: string | undefined;
}

export interface StartCalls {
  /** Called right before the submission; throws `Superseded`. */
  assertFence(): Promise<void>;
  /** Told when the job's state does not fit the savepoint any more, so that it starts from the offsets that its sources committed. */
  onStateless(why: string): void;
}

/** Starts a job unless it runs, and returns when all its tasks run. Throws `StatementRefused`, `JobFailed`, `SystemUnavailable`, `Superseded`. */
export async function startJob(step: FlinkStep, options: StartOptions, { assertFence, onStateless }: StartCalls): Promise<void> {
  try {
    await startOnce(step, options, assertFence);
  } catch (error) {
    if (!options.restartFrom || !isStateMismatch(error)) throw error;
    onStateless((error as Failure).message);
    await startOnce(step, { ...options, restartFrom: undefined }, assertFence);
  }
}

/**
 * Starts that a step has noted and whose jobs the cluster does not know may still be on their way: the step's worker died while it was
 * submitting. Waits for all of them together as long as a submission takes.
 */
export async function awaitNotedStarts({ manager, ledger }: FlinkStep, names: Iterable<string>, key: string): Promise<void> {
  const noted: string[] = [];
  for (const name of names) {
    const [newest] = await ledger.starts(name);
    if (newest?.key === key) noted.push(newest.id);
  }
  await areKnown(manager, noted);
}

async function startOnce(step: FlinkStep, options: StartOptions, assertFence: () => Promise<void>): Promise<void> {
  const id = (await activeId(step, options.job)) ?? (await submitOnce(step, options, assertFence));
  await confirmRunning(step, options.job, id);
}

/** The running job of this name. Should there be two (an operator started one by hand), the later one goes: they would write everything twice. */
async function activeId({ manager }: FlinkStep, { name }: Job): Promise<string | undefined> {
  const active = (await manager.jobs()).filter((each) => each.name === name && isActive(each.state));
  const [first, ...rest] = active.sort((a, b) => a.startTime - b.startTime);
  for (const duplicate of rest) await manager.cancel(duplicate.id);
  return first?.id;
}

async function submitOnce(step: FlinkStep, { job, key, restartFrom }: StartOptions, assertFence: () => Promise<void>): Promise<string> {
  const { manager, ledger, system, signal } = step;
  const [newest] = await ledger.starts(job.name);
  // A start that was noted by this very step and is unknown to the cluster was never submitted: same id again, the cluster takes it once.
  const known = newest ? (await manager.jobs()).some(({ id }) => id === newest.id) : false;
  const start = newest && newest.key === key && !known ? newest : await ledger.next(job.name, key);
  let wasSent = false;
  try {
    await GatewaySession.use(system, signal, async (session) => {
      await prepare(session, job, step);
      await assertFence();
      wasSent = true;
      await submit(session, job, {
        'pipeline.name': job.name,
        '$internal.pipeline.job-id': start.id,
        ...(restartFrom ? { 'execution.savepoint.path': restartFrom, 'execution.state-recovery.path': restartFrom } : {}),
      });
    });
  } catch (error) {
    const isUnknown = (error instanceof Failure && error.type === 'SystemUnavailable') || isDuplicate(error);
    if (!wasSent || !isUnknown) throw error;
    // An abort is no reason to look away: whether there is a job decides what has to be undone.
    if (await areKnown(new JobManager(system), [start.id])) return start.id;
    signal.throwIfAborted();
    throw error;
  }
  return start.id;
}

/** True as soon as the cluster knows all these jobs, running or ended; undefined when it does not come to know them. */
const areKnown = (manager: JobManager, ids: string[]): Promise<true | undefined> =>
  waitUntil(
    async () => {
      const known = new Set((await manager.jobs()).map(({ id }) => id));
      return ids.every((id) => known.has(id)) || undefined;
    },
    { everyMs: POLL_MS, withinMs: SUBMIT_GRACE_MS },
  );

/** RUNNING with every task, and no failure more than at the first look. */
async function confirmRunning({ manager, signal }: FlinkStep, job: Job, id: string): Promise<void> {
  const failedBefore = (await manager.failures(id)).times.length;
  const look = async (): Promise<JobSummary | undefined> => {
    const now = (await manager.jobs()).find((each) => each.id === id);
    const failures = await manager.failures(id);
    const gaveUp = failures.times.length >= failedBefore + MAX_FAILURES || isStateMismatch(failures.last);
    if (!now || !isActive(now.state) || gaveUp) {
      // A job that keeps failing would go on for ever: it was started here, so it ends here.
      if (now && isActive(now.state)) await manager.cancel(id);
      throw new Failure(
        'JobFailed',
        `job ${job.name} does not run: ${failures.last ?? `it is ${now?.state ?? 'unknown to the cluster'}`}`,
        {
          details: { job: id, file: job.insert.file, line: job.insert.line },
        },
      );
    }
    return now.allRunning ? now : undefined;
  };
  if (await waitUntil(look, { everyMs: POLL_MS, withinMs: START_TIMEOUT_MS, signal })) return;
  const { last } = await manager.failures(id);
  throw new Failure('JobFailed', `job ${job.name} is not running after ${START_TIMEOUT_MS / 1000} s: ${last ?? 'no free slot?'}`);
}

/** Flink's words for "this savepoint is of another job graph or of other types". */
const STATE_MISMATCH =
  /cannot map (checkpoint|savepoint)|Failed to rollback to (checkpoint|savepoint)|StateMigrationException|new (state )?serializer .* (incompatible|must not)|allowNonRestoredState/i;
function isStateMismatch(error: unknown): boolean {
  return STATE_MISMATCH.test(error instanceof Error ? error.message : typeof error === 'string' ? error : '');
}

/** The cluster has had this id: an earlier submission arrived after all. */
const isDuplicate = (error: unknown): boolean =>
  error instanceof Failure && /DuplicateJobSubmission|Job has already been submitted/i.test(error.message);
