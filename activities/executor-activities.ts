import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Settings } from '../lifecycle/engine.js';
import type { ApplyInput, Executor, ExecutorVerb, RevertInput, VerbContext } from '../lifecycle/executor.js';
import { executorVerbs } from '../lifecycle/executor.js';
import { Failure } from '../lifecycle/failures.js';
import { withEdge } from './edge.js';
import { beating } from './support/heartbeat.js';
import type { Redactor } from './support/redaction.js';

export interface ExecutorActivityDeps {
  redactor: Redactor;
  settings: Settings;
  /** Throws `Superseded` when the product's record in this environment has another fence. */
  assertFence(line: string, environment: string, fence: number): Promise<void>;
}

/** The verbs of an executor as activities `<executor>.<verb>`: heartbeats, cancellation, fence, redaction and the edge live here once. */
export function executorActivities(executor: Executor, deps: ExecutorActivityDeps): Record<string, (input: never) => Promise<unknown>> {
  const activities = executorVerbs.map(
    (verb) => [`${executor.name}.${verb}`, (input: VerbInputOf) => run(executor, verb, input, deps)] as const,
  );
  return withEdge(Object.fromEntries(activities), deps.redactor);
}

type VerbInputOf = ApplyInput & RevertInput;

async function run(executor: Executor, verb: ExecutorVerb, input: VerbInputOf, deps: ExecutorActivityDeps): Promise<unknown> {
  const temporal = Context.current();
  const beat = { text: '' };
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
  try {
    // The contract's verbs differ in their input only; the workflow gave the one that fits.
    const call = executor[verb] as (input: VerbInputOf, context: VerbContext) => Promise<unknown>;
    return await beating(
      temporal,
      () => beat.text,
      () => call.call(executor, input, context),
    );
  } catch (error) {
    throw error instanceof Failure && error.retry && isOutOfPatience(verb, temporal, deps.settings) ? lastWord(error) : error;
  }
}

/** An effect that ran for hours before it failed is still tried again. */
const FEWEST_ATTEMPTS = 3;

/** Has what is down been waited for long enough? Counted from the first attempt. */
function isOutOfPatience(verb: ExecutorVerb, { info }: Context, settings: Settings): boolean {
  const patienceMs = {
    preview: settings.planPatienceMs,
    apply: settings.applyPatienceMs,
    probe: settings.applyPatienceMs,
    revert: settings.undoPatienceMs,
  };
  return info.attempt >= FEWEST_ATTEMPTS && Date.now() - info.scheduledTimestampMs > patienceMs[verb];
}

/** The same failure, not to be tried again. */
const lastWord = (error: Failure): Error =>
  ApplicationFailure.create({
    type: error.type,
    message: error.message,
    nonRetryable: true,
    details: error.details === undefined ? [] : [error.details],
  });
