import { Context } from '@temporalio/activity';
import type { ApplyInput, Executor, ExecutorVerb, RevertInput, VerbContext } from '../lifecycle/executor.js';
import { executorVerbs } from '../lifecycle/executor.js';
import { withEdge } from './edge.js';
import type { Redactor } from './support/redaction.js';

/** A beat each second keeps cancellation prompt; the SDK sends fewer when the time-out allows. */
const BEAT_MS = 1_000;

export interface ExecutorActivityDeps {
  redactor: Redactor;
  /** Throws `Superseded` when the product's record in this environment has another fence. */
  assertFence(line: string, environment: string, fence: number): Promise<void>;
}

/** The verbs of an executor as activities `<executor>.<verb>`: heartbeats, cancellation, fence, redaction and the edge live here once. */
export function executorActivities(executor: Executor, deps: ExecutorActivityDeps): Record<string, (input: never) => Promise<unknown>> {
  const activities = executorVerbs.map((verb) => [`${executor.name}.${verb}`, (input: VerbInputOf) => run(executor, verb, input, deps)] as const);
  return withEdge(Object.fromEntries(activities), deps.redactor);
}

type VerbInputOf = ApplyInput & RevertInput;

async function run(executor: Executor, verb: ExecutorVerb, input: VerbInputOf, deps: ExecutorActivityDeps): Promise<unknown> {
  const temporal = Context.current();
  const beat = { text: '' };
  const timer = setInterval(() => temporal.heartbeat(beat.text), BEAT_MS);
  const { line, environment } = input.scope;
  const fence = input.permit?.fence ?? input.fence;
  const context: VerbContext = {
    signal: temporal.cancellationSignal,
    attempt: temporal.info.attempt,
    progress: (text) => {
      beat.text = deps.redactor.text(text);
    },
    assertFence: async () => {
      if (fence !== undefined) await deps.assertFence(line, environment, fence);
    },
  };
  temporal.heartbeat(beat.text);
  try {
    // The contract's verbs differ in their input only; the workflow gave the one that fits.
    return await (executor[verb] as (input: VerbInputOf, context: VerbContext) => Promise<unknown>).call(executor, input, context);
  } finally {
    clearInterval(timer);
  }
}
