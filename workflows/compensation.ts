import { CancellationScope, condition, defineUpdate, setHandler } from '@temporalio/workflow';
import type { BlobRef } from '../lifecycle/digest.js';
import type { Settings } from '../lifecycle/engine.js';
import type { Remainder } from '../lifecycle/executor.js';
import { stepKey } from '../lifecycle/ids.js';
import type { ResolveCompensationMessage } from '../lifecycle/messages.js';
import { messageNames } from '../lifecycle/messages.js';
import type { AllOutputs } from '../lifecycle/outputs.js';
import { taskIdOf } from '../lifecycle/ownership.js';
import type { Ledger } from '../lifecycle/ownership.js';
import type { PreviewedStep, SealedPlan } from '../lifecycle/plan.js';
import { recording, verbs } from './activities.js';
import { causeOf, failure } from './failure.js';
import { strangeInResolution } from './message-fields.js';
import { inOrder, reversed } from './order.js';
import type { Progress } from './progress.js';
import { scopeOf } from './scope.js';
import { label } from './search-attributes.js';

export const resolveUpdate = defineUpdate<string, [ResolveCompensationMessage]>(messageNames.resolveCompensation);

export type Left = Remainder & { step: string };

/** What an undo needs to know of the operation whose effects it takes back. */
export interface Undo {
  plan: SealedPlan;
  /** The steps that may have had an effect. */
  started: ReadonlySet<string>;
  fence: number;
  /** The taking under which the effects were made: part of their idempotency keys. */
  take: number;
  outputs: AllOutputs;
  /** What the components gave when the operation began: the way back leads there. */
  former: AllOutputs;
  /** What the instance owned when the operation began. */
  owns?: Ledger;
  /** The before-image that a step acted on. */
  before(step: PreviewedStep): BlobRef;
  settings: Settings;
  progress: Progress;
}

/** Undoes what was started; what cannot be undone is put before an operator. Returns what was left by decision. */
export async function undoAll(undo: Undo, operator: Resolver): Promise<Left[]> {
  const { plan, progress, fence } = undo;
  const place = { line: plan.line, environment: plan.environment, fence };
  await recording.setPhase({ ...place, phase: 'compensating' });
  const remains = await compensate(undo);
  if (remains.length === 0) return [];
  await recording.setPhase({ ...place, phase: 'needs-operator' });
  return operator.resolve(progress, remains, (id, deleteData) =>
    revert(
      undo,
      plan.steps.find((step) => step.id === id)!,
      deleteData,
    ),
  );
}

/** Undoes the started steps in reverse, past those that cannot be undone. Nothing cancels it. Returns what is still there. */
async function compensate(undo: Undo): Promise<Left[]> {
  const left: Left[] = [];
  const steps = reversed(undo.plan.steps);
  await CancellationScope.nonCancellable(() =>
    inOrder(steps, async (step) => {
      if (undo.started.has(step.id)) left.push(...(await revert(undo, step, false)));
    }),
  );
  return left;
}

/** Undoes one step. Never throws but when another operation has taken over. */
async function revert(undo: Undo, step: PreviewedStep, deleteData: boolean): Promise<Left[]> {
  const { progress, plan } = undo;
  progress.step(step.id, 'undoing');
  try {
    const { remains } = await verbs(step.executor, undo.settings, `undo ${step.title}`).revert({
      scope: scopeOf(plan, step),
      change: step.change,
      outputs: undo.outputs,
      former: undo.former,
      owned: undo.owns?.[taskIdOf(step)],
      before: undo.before(step),
      key: stepKey(plan.line, plan.environment, undo.take, step.id),
      fence: undo.fence,
      deleteData,
    });
    progress.step(step.id, remains.length === 0 ? 'undone' : 'remains');
    return remains.map((rest) => ({ ...rest, step: step.id }));
  } catch (error) {
    const { type, message } = causeOf(error);
    if (type === 'Superseded') throw error;
    progress.step(step.id, 'remains', message);
    return [
      {
        step: step.id,
        address: step.title,
        reason: message,
        action: 'correct the cause, then resolve with retry (or skip, and remove it by hand)',
      },
    ];
  }
}

/** Who says what becomes of remainders. */
export interface Resolver {
  /**
   * Waits until every remainder is gone or accepted. Returns those that were left by decision.
   * @param again tries a step once more; returns what still remains of it
   */
  resolve(progress: Progress, remains: Left[], again: (step: string, deleteData: boolean) => Promise<Left[]>): Promise<Left[]>;
}

/** Answers of an operator to what remains; registered at the start of a run, so that the Temporal UI lists the update. */
export class Operator implements Resolver {
  private readonly answers: { message: ResolveCompensationMessage; done?: string }[] = [];
  private open: Left[] = [];

  constructor() {
    setHandler(
      resolveUpdate,
      async (message) => {
        const answer: (typeof this.answers)[number] = { message };
        this.answers.push(answer);
        await condition(() => answer.done !== undefined);
        return answer.done!;
      },
      {
        description:
          'Say what to do about a step that could not be undone: {"step", "action": "retry" | "skip" | "keep" | "delete", "operator", "reason"}',
        validator: (message) => {
          if (!this.open.some((rest) => rest.step === message?.step))
            throw failure('DecisionRefused', `step ${String(message?.step)} awaits no answer`);
          if (!['retry', 'skip', 'keep', 'delete'].includes(message.action))
            throw failure('DecisionRefused', 'action is retry, skip, keep or delete');
          const strange = strangeInResolution(message);
          if (strange !== undefined) throw failure('DecisionRefused', strange);
          if (typeof message.operator !== 'string' || message.operator === '') throw failure('DecisionRefused', 'operator is missing');
        },
      },
    );
  }

  async resolve(progress: Progress, remains: Left[], again: (step: string, deleteData: boolean) => Promise<Left[]>): Promise<Left[]> {
    const accepted: Left[] = [];
    this.open = remains;
    progress.state('needs an operator');
    label({ state: 'needs-operator' });
    while (this.open.length > 0) {
      progress.remains(this.open);
      await condition(() => this.answers.length > 0);
      const answer = this.answers.shift()!;
      const { step: id, action, operator, reason } = answer.message;
      const own = this.open.filter((rest) => rest.step === id);
      if (action === 'skip' || action === 'keep') {
        accepted.push(...own.map((rest) => ({ ...rest, action: `left by ${operator}${reason ? `: ${reason}` : ''}` })));
        progress.step(id, 'skipped', `left by ${operator}`);
        this.open = this.open.filter((rest) => rest.step !== id);
      } else {
        const still = await again(id, action === 'delete');
        this.open = [...this.open.filter((rest) => rest.step !== id), ...still];
      }
      answer.done = this.open.some((rest) => rest.step === id) ? 'still there' : 'resolved';
    }
    progress.remains([]);
    return accepted;
  }
}
