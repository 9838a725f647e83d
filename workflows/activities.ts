import { proxyActivities } from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';
import type { EngineActivities, Settings } from '../lifecycle/engine.js';
import type { Applied, ApplyInput, Preview, Probe, ProbeInput, Remainder, RevertInput, VerbInput } from '../lifecycle/executor.js';
import { engineSummaries } from './engine-summaries.js';
import { executorQueue } from '../lifecycle/ids.js';

/** Before the settings of the worker are known: long enough for a restart of the object store, short enough for somebody who waits. */
const FIRST_READ_PATIENCE = '2 minutes';
/** One call of an engine activity reads or writes a few objects; anything longer is a hung connection. */
const ENGINE_CALL = '1 minute';
/** A Terraform apply over hundreds of topics, or a job that restores a large savepoint. */
const LONGEST_EFFECT = '4 hours';
/** Planning downloads nothing and changes nothing; a quarter of an hour covers refreshes of very large states. */
const LONGEST_PREVIEW = '15 minutes';

/** Before the settings of the worker are known. An activity tells every second that it lives; so long a death goes unnoticed. */
const FIRST_HEARTBEAT = '10 seconds';

/** Left out, compensation would start while a process still runs (it behaves as TRY_CANCEL). */
const cancellationType = 'WAIT_CANCELLATION_COMPLETED' as const;

const retry = { initialInterval: '1 second', maximumInterval: '30 seconds' } as const;

/** Activities that wait for a system that is down only as long as somebody would wait for a plan. */
export const engine = (settings?: Settings): EngineActivities =>
  explained({
    startToCloseTimeout: ENGINE_CALL,
    scheduleToCloseTimeout: settings?.planPatienceMs ?? FIRST_READ_PATIENCE,
    heartbeatTimeout: settings?.heartbeatMs ?? FIRST_HEARTBEAT,
    cancellationType,
    retry,
  });

/** Recording and announcing roll forward: they are retried without end and never a reason to undo. */
export const recording: EngineActivities = explained({
  startToCloseTimeout: ENGINE_CALL,
  heartbeatTimeout: FIRST_HEARTBEAT,
  cancellationType,
  retry: { ...retry, maximumInterval: '1 minute' },
});

/** The engine's activities, each with a line of its own. */
function explained(options: ActivityOptions): EngineActivities {
  const one = ([name, summary]: [string, string]) => [name, proxyActivities<Record<string, unknown>>({ ...options, summary })[name]];
  return Object.fromEntries(Object.entries(engineSummaries).map(one)) as EngineActivities;
}

interface Verbs {
  preview(input: VerbInput): Promise<Preview>;
  apply(input: ApplyInput): Promise<Applied>;
  probe(input: ProbeInput): Promise<Probe>;
  revert(input: RevertInput): Promise<{ remains: Remainder[] }>;
}

/**
 * The verbs of an executor, on its own queue. How long they wait for a system that is down is decided where they run
 * (activities/executor-activities.ts): a time-out over all attempts would end a long effect that is well.
 * @param summary one line that the Temporal UI shows beside the activity
 */
export function verbs(executor: string, settings: Settings, summary: string): Verbs {
  const call = (verb: keyof Verbs, startToCloseTimeout: ActivityOptions['startToCloseTimeout']) =>
    proxyActivities<Record<string, (input: unknown) => Promise<never>>>({
      taskQueue: executorQueue(executor),
      startToCloseTimeout,
      heartbeatTimeout: settings.heartbeatMs,
      cancellationType,
      summary,
      retry,
    })[`${executor}.${verb}`] as (input: unknown) => Promise<never>;
  return {
    preview: call('preview', LONGEST_PREVIEW),
    apply: call('apply', LONGEST_EFFECT),
    probe: call('probe', LONGEST_PREVIEW),
    revert: call('revert', LONGEST_EFFECT),
  };
}
