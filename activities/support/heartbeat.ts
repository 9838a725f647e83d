import type { Context } from '@temporalio/activity';

/** A beat each second keeps cancellation prompt; the SDK sends fewer when the time-out allows. */
const BEAT_MS = 1_000;

/** Beats while the work goes on: a worker that dies is noticed within the heartbeat time-out, not at the end of the call. */
export async function beating<T>(temporal: Context, details: () => unknown, work: () => Promise<T>): Promise<T> {
  temporal.heartbeat(details());
  const timer = setInterval(() => temporal.heartbeat(details()), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
