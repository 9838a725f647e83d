import { createHash } from 'node:crypto';
import { Failure } from '../../../lifecycle/failures.js';
import type { FormerJob } from './plan.js';
import { isActive } from './job-manager.js';
import type { FlinkStep } from './step.js';

/** Flink's words for a job whose tasks do not all run: it is starting or restarting, and will itself go on from its newest checkpoint. */
const RESTARTS = /Not all required tasks are currently running|Coordinator is suspending|FailoverRegion is restarting/i;

/**
 * Stops a job so that it can go on later: with a savepoint, noted under its id before the next effect. A job that cannot take one because it
 * is just restarting is cancelled: its newest checkpoint stays, where it would go on by itself. Harmless when the job has ended.
 * @param key idempotency key of the operation's step: the same step asks for one stop of a job, however often it is tried
 * @throws SystemRefused when the savepoint of a running job fails: the job goes on
 */
export async function stopJob({ manager, ledger, system }: FlinkStep, { id, name }: FormerJob, key: string): Promise<void> {
  const isRunning = async (): Promise<boolean> => (await manager.jobs()).some((job) => job.id === id && isActive(job.state));
  if (await isRunning()) {
    const stop = await manager.stopWithSavepoint(id, system.savepoints, stopRequest(id, key));
    // From an older checkpoint it would write rows a second time, from none it would lose its state: nobody has agreed to that.
    if (stop && 'cause' in stop && !RESTARTS.test(stop.cause) && (await isRunning()))
      throw new Failure('SystemRefused', `job ${name} goes on, because it could not be stopped with a savepoint: ${stop.cause}`);
    if (!stop || 'cause' in stop) await manager.cancel(id);
  }
  // Asked of the JobManager, so that a savepoint whose answer was lost is noted too.
  const newest = await manager.newestSnapshot(id);
  if (newest !== undefined) await ledger.noteSavepoint(id, newest);
}

/** Waits for stops that a step has asked for and has not seen the end of: it was cancelled, or its worker died. The job still shows as running then. */
export async function settleStop({ manager }: FlinkStep, { id }: Pick<FormerJob, 'id'>, key: string): Promise<void> {
  await manager.stopped(id, stopRequest(id, key));
}

/** What the JobManager knows a stop by. */
const stopRequest = (id: string, key: string): string => createHash('sha256').update(`${key}\nstop ${id}`).digest('hex').slice(0, 32);
