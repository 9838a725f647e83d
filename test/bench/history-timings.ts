import type { WorkflowHandle } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';

/** One activity of a run, in milliseconds since the run's start. */
export interface Timing {
  name: string;
  scheduled: number;
  started: number;
  ended: number;
}

/** When each activity of a run was scheduled, started and ended, and how long the run took. */
export async function timingsOf(handle: WorkflowHandle): Promise<{ total: number; activities: Timing[] }> {
  const { events = [] } = await handle.fetchHistory();
  const all = events ?? [];
  const start = tsToMs(all[0]?.eventTime);
  const at = (time: unknown): number => tsToMs(time as Parameters<typeof tsToMs>[0]) - start;
  const activities = new Map<string, Timing>();
  for (const event of all) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const summary = Buffer.from(event.userMetadata?.summary?.data ?? Buffer.from('""')).toString('utf8');
      const name = `${scheduled.activityType?.name ?? '?'} ${String(JSON.parse(summary))}`.trim();
      activities.set(String(event.eventId), { name, scheduled: at(event.eventTime), started: NaN, ended: NaN });
    }
    const started = event.activityTaskStartedEventAttributes;
    if (started) activities.get(String(started.scheduledEventId))!.started = at(event.eventTime);
    const ended = event.activityTaskCompletedEventAttributes ?? event.activityTaskFailedEventAttributes;
    if (ended) activities.get(String(ended.scheduledEventId))!.ended = at(event.eventTime);
  }
  return { total: at(all.at(-1)?.eventTime), activities: [...activities.values()].filter(({ ended }) => !Number.isNaN(ended)) };
}

/** Executors' activities are `<executor>.<verb>`; the engine's own have no dot. */
export const isExecutors = ({ name }: Timing): boolean => /^[\w-]+\.\w/.test(name);

/** Milliseconds in which at least one of these was under way. */
export function covered(timings: Timing[]): number {
  let sum = 0;
  let until = 0;
  for (const { started, ended } of [...timings].sort((a, b) => a.started - b.started)) {
    sum += Math.max(0, ended - Math.max(started, until));
    until = Math.max(until, ended);
  }
  return sum;
}
