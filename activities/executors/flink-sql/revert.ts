import type { Remainder, RevertInput, VerbContext } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { LedgerDeps } from '../deps.js';
import { planJobs, type BeforeImage } from './plan.js';
import { restartPoint } from './restart-point.js';
import { awaitNotedStarts, startJob } from './start-job.js';
import { openStep } from './step.js';
import { settleStop } from './stop-job.js';

/** A job that was cancelled for want of a savepoint: active, and on its way to its end. */
const CANCELLING = 'CANCELLING';

/** Cancels the jobs that this run started and starts those again that it stopped, from their savepoints. Jobs of others are not looked at. */
export async function revert(deps: LedgerDeps, input: RevertInput, context: VerbContext): Promise<{ remains: Remainder[] }> {
  const step = await openStep(deps, input, context);
  const before = (await deps.blobs.getJson(input.before)) as BeforeImage;
  const started = new Set(
    planJobs(step.from, step.to, before).actions.flatMap((action) =>
      action.kind === 'start' || action.kind === 'replace' ? [action.name] : [],
    ),
  );
  const remains: Remainder[] = [];

  // What `apply` had asked for when it was ended comes to its end first: until then neither what runs nor what does not is believed.
  await awaitNotedStarts(step, started, input.key);
  for (const former of before.jobs) await settleStop(step, former, input.key);
  for (const job of await step.running()) if (job.state === CANCELLING) await step.manager.ended(job.id);

  for (const job of await step.running()) {
    if (!started.has(job.name)) continue;
    await context.assertFence();
    await step.manager.cancel(job.id);
  }

  const running = new Set((await step.running()).map(({ name }) => name));
  for (const former of before.jobs) {
    if (running.has(former.name)) continue;
    const restartFrom = await restartPoint(former.id, step.manager, step.ledger);
    const job = step.from.find(({ name }) => name === former.name);
    if (!job) {
      remains.push({
        address: `job ${former.name}`,
        reason: 'its statements are not those of the former version',
        action: `Start it by hand${restartFrom ? ` from ${restartFrom}` : ''}.`,
      });
      continue;
    }
    try {
      // Another key than the one of `apply`: the former job is a new start, not a repetition of this run's.
      const onStateless = (why: string): void => context.progress(`${job.sink}: begins ${job.without.begins}: ${why}`);
      await startJob(step, { job, key: `${input.key}/revert`, restartFrom }, { assertFence: context.assertFence, onStateless });
    } catch (error) {
      if (!(error instanceof Failure) || error.retry) throw error;
      remains.push({
        address: `job ${job.name}`,
        reason: error.message,
        action: `Start it by hand${restartFrom ? ` from ${restartFrom}` : ''}.`,
      });
    }
    running.add(former.name);
  }
  return { remains };
}
