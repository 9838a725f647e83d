import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Settings } from '../lifecycle/engine.js';
import type { ApplyInput, Executor, ExecutorVerb, Probe, RevertInput, StepProgress, VerbContext } from '../lifecycle/executor.js';
import { executorVerbs } from '../lifecycle/executor.js';
import { Failure } from '../lifecycle/failures.js';
import type { StepBasis } from './engine/index.js';
import { atTheEdge, withEdge } from './edge.js';
import { beating } from './support/heartbeat.js';
import type { Redactor } from './support/redaction.js';

export interface ExecutorActivityDeps {
  redactor: Redactor;
  settings: Settings;
  /** Throws `Superseded` when the product's record in this environment has another fence. */
  assertFence(line: string, environment: string, fence: number): Promise<void>;
  /** Notes in the record what a step acts on, so that a recovery knows it; throws `Superseded` as `assertFence` does. */
  noteBasis(basis: StepBasis): Promise<void>;
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
      (): StepProgress => ({ step: input.scope.step, ...(beat.text !== '' && { text: beat.text }) }),
      async () => {
        if (verb === 'apply') {
          const { permit, scope, outputs, changes } = input;
          await deps.noteBasis({ line, environment, fence: permit.fence, step: scope.step, before: permit.before, outputs, changes });
        }
        const result = await call.call(executor, input, context);
        if (verb === 'probe') waitForAnswer(result as Probe, temporal, deps.settings);
        return result;
      },
    );
  } catch (error) {
    const failure = atTheEdge(error, deps.redactor);
    const mayComeAgain = failure instanceof ApplicationFailure && failure.nonRetryable !== true;
    // Nobody tries a cancelled verb again, so what would have been tried again is no outcome: it was cancelled.
    if (mayComeAgain && temporal.cancellationSignal.aborted) throw temporal.cancellationSignal.reason;
    throw mayComeAgain && isOutOfPatience(verb, temporal, deps.settings) ? lastWord(failure) : error;
  }
}

/** A system that does not answer is looked at again before anybody turns back for it. Throws `SystemUnavailable`. */
function waitForAnswer({ state, evidence }: Probe, temporal: Context, settings: Settings): void {
  if (state === 'unreachable' && !isOutOfPatience('probe', temporal, settings)) throw new Failure('SystemUnavailable', evidence.join('; '));
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
const lastWord = ({ type, message, details }: ApplicationFailure): Error =>
  ApplicationFailure.create({ type: type ?? undefined, message, nonRetryable: true, details: details ?? [] });
