import { createHash } from 'node:crypto';
import type { FormerJob } from './plan.js';
import { isActive } from './job-manager.js';
import type { FlinkStep } from './step.js';

/**
 * Stops a job so that it can go on later: with a savepoint, noted under its id before the next effect. A job that cannot take one (it is
 * just restarting) is cancelled: its newest checkpoint stays. Harmless when the job has ended.
 * @param key idempotency key of the operation's step: the same step asks for one stop of a job, however often it is tried
 */
export async function stopJob({ manager, ledger, system }: FlinkStep, { id }: FormerJob, key: string): Promise<void> {
  const job = (await manager.jobs()).find((each) => each.id === id);
  if (job && isActive(job.state)) {
    const location = await manager.stopWithSavepoint(id, system.savepoints, stopRequest(id, key));
    if (location === undefined) await manager.cancel(id);
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
