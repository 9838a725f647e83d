import type { FormerJob } from './plan.js';
import { isActive } from './job-manager.js';
import type { FlinkStep } from './step.js';

/**
 * Stops a job so that it can go on later: with a savepoint, noted under its id before the next effect. A job that cannot take one (it is
 * just restarting) is cancelled: its newest checkpoint stays. Harmless when the job has ended.
 */
export async function stopJob({ manager, ledger, system }: FlinkStep, { id }: FormerJob): Promise<void> {
  const job = (await manager.jobs()).find((each) => each.id === id);
  if (job && isActive(job.state)) {
    const location = await manager.stopWithSavepoint(id, system.savepoints);
    if (location === undefined) await manager.cancel(id);
  }
  // Asked of the JobManager, so that a savepoint whose answer was lost is noted too.
  const newest = await manager.newestSnapshot(id);
  if (newest !== undefined) await ledger.noteSavepoint(id, newest);
}
