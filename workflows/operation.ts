import { CancellationScope, allHandlersFinished, condition, workflowInfo } from '@temporalio/workflow';
import type { RunKind } from '../lifecycle/ids.js';
import type { DeployInput, OperationResult, RetireInput } from '../lifecycle/operations.js';
import { recording } from './activities.js';
import { Operator, undoAll } from './compensation.js';
import { Decisions } from './decisions.js';
import { causeOf, endOf, failure } from './failure.js';
import { Progress } from './progress.js';
import { Run } from './run.js';
import { label } from './search-attributes.js';

/**
 * The spine of deploy, upgrade and retire: runs the recipe; when it cannot be finished or is cancelled, takes back what it
 * did, last first; ends as done, as compensated, or with the list of what remains.
 */
export async function operation<R = OperationResult>(
  kind: RunKind,
  input: DeployInput | RetireInput,
  recipe: (run: Run) => Promise<R>,
): Promise<R> {
  const progress = new Progress(kind, text(input?.product), text(input?.version), text(input?.environment));
  label({ operation: kind, environment: text(input?.environment), state: 'reading' });
  const run = new Run(kind, input, { progress, decisions: new Decisions(progress), operator: new Operator() });
  try {
    return await attempt(run, async () => {
      refuseTimeouts();
      return recipe(run);
    });
  } catch (error) {
    throw progress.failed(error as Error);
  } finally {
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  }
}

/** Runs a recipe; throws the failure that the run ends with, once it has taken back what it did. */
export async function attempt<R>(run: Run, recipe: (run: Run) => Promise<R>): Promise<R> {
  try {
    return await recipe(run);
  } catch (error) {
    throw await CancellationScope.nonCancellable(() => turnBack(run, error));
  }
}

/** Takes back what the run did. Returns the failure that the run ends with. */
async function turnBack(run: Run, error: unknown): Promise<Error> {
  const cause = causeOf(error);
  const { progress } = run;
  const { product, environment, steps } = progress.status;
  const report = { product, environment, step: steps.find((step) => step.state === 'failed')?.title };
  const undo = run.held?.undo;
  if (cause.type === 'Superseded') return endOf(cause, { ...report, ended: 'superseded', remains: [] });

  if (run.held?.finalising) {
    const rest = {
      step: 'record',
      address: 'the operation record',
      reason: cause.message,
      action: 'what was begun goes forward only: steward recover',
    };
    return endOf(cause, { ...report, ended: 'needs-operator', remains: [rest] });
  }

  progress.state(`turning back: ${cause.message}`);
  try {
    for (const takeBack of [...run.undos].reverse()) await takeBack();
    const left = undo ? await undoAll(undo, run.operator) : [];
    if (undo) {
      const { plan, fence } = undo;
      const { requestedBy } = run.target;
      await recording.releaseRecord({ plan, fence, holder: run.holder, requestedBy, cause, left, at: new Date().toISOString() });
    }
    const undone = undo !== undefined || run.undos.length > 0;
    progress.state(
      left.length > 0
        ? 'undone, but for what an operator left'
        : undone
          ? 'compensated'
          : cause.type === 'Cancelled'
            ? 'cancelled'
            : 'failed',
    );
    label({ state: undone ? 'compensated' : 'failed' });
    return endOf(cause, { ...report, ended: left.length > 0 ? 'needs-operator' : undone ? 'compensated' : 'refused', remains: left });
  } catch (undoError) {
    const { type, message } = causeOf(undoError);
    if (type === 'Superseded') return endOf({ type, message }, { ...report, ended: 'superseded', remains: [] });
    const rest = { step: 'record', address: 'the operation record', reason: message, action: 'correct the cause, then: steward recover' };
    return endOf(cause, { ...report, ended: 'needs-operator', remains: [rest] });
  }
}

/** A time-out set by the starter would end the run in the middle without undoing anything. */
export function refuseTimeouts(): void {
  const { executionTimeoutMs, runTimeoutMs } = workflowInfo();
  if (executionTimeoutMs || runTimeoutMs) throw failure('UnsafeTimeout', 'the run was started with an execution or run time-out');
}

/** Inputs from a form may be anything. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '?');
