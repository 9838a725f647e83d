import { CancellationScope, patched } from '@temporalio/workflow';
import type { BlobRef } from '../lifecycle/digest.js';
import type { Settings } from '../lifecycle/engine.js';
import type { EffectPhase, Preview, Probe } from '../lifecycle/executor.js';
import { stepKey } from '../lifecycle/ids.js';
import { usesChanged } from '../lifecycle/outputs.js';
import type { AllOutputs } from '../lifecycle/outputs.js';
import { taskIdOf } from '../lifecycle/ownership.js';
import type { Ledger } from '../lifecycle/ownership.js';
import { isRefinement } from '../lifecycle/plan.js';
import type { PreviewedStep, SealedPlan } from '../lifecycle/plan.js';
import { recording, verbs } from './activities.js';
import type { Left, Resolver, Undo } from './compensation.js';
import { causeOf, failure } from './failure.js';
import { inOrder, reversed } from './order.js';
import type { Progress } from './progress.js';
import { scopeOf } from './scope.js';

export interface Holding {
  plan: SealedPlan;
  fence: number;
  /** The fence of the first taking: another one only after a recovery has taken over. */
  take: number;
  outputs: AllOutputs;
  /** What the components gave when the operation began, where `outputs` hold what its former holder has made since. */
  former?: AllOutputs;
  settings: Settings;
  progress: Progress;
  operator: Resolver;
  /** Before-images that the steps of a former holder acted on, where they are not the plan's. */
  before?: { [step: string]: BlobRef };
  /** What the instance owned when the operation began. */
  owns?: Ledger;
  /** Asked right before the effects of a step; throws where there must be none. */
  guard?: (step: PreviewedStep, outputs: AllOutputs) => Promise<void>;
}

/** What a run does while it holds the operation record: the only place where workflows have effects. */
export class Held {
  readonly plan: SealedPlan;
  readonly fence: number;
  readonly outputs: AllOutputs;
  /** From here on there is no way back. */
  finalising = false;
  /** What was to go and a person decided to leave. */
  left: Left[] = [];
  private readonly started = new Set<string>();
  /** Previews made right before a step, where the plan could not know everything. */
  private readonly fresh = new Map<string, Preview>();

  constructor(private readonly holding: Holding) {
    this.plan = holding.plan;
    this.fence = holding.fence;
    this.outputs = { ...holding.outputs };
  }

  /** After a crash nobody knows which steps had begun: all may have. Undoing what never happened is harmless. */
  assumeAllStarted(): this {
    for (const { id } of this.plan.steps) this.started.add(id);
    return this;
  }

  /** What there is to build, in order; then what there is to take away, in reverse. Independent steps together. */
  async apply(): Promise<void> {
    const { steps } = this.plan;
    await inOrder(
      steps.filter((step) => step.change.to),
      (step) => this.perform(step, 'apply'),
    );
    await inOrder(reversed(steps.filter((step) => !step.change.to)), (step) => this.perform(step, 'apply'));
  }

  /** Looks whether every step that was begun is as wanted and works. What is only half there is applied once more. */
  async verify(): Promise<void> {
    const begun = this.plan.steps.filter((step) => this.started.has(step.id)).map((step) => ({ ...step, after: [] }));
    await inOrder(begun, (step) => this.verifyStep(step, 'apply'));
  }

  /**
   * What is not well, by step, in words: of what was begun and of all applications, or of those that were not touched.
   * @param since ISO time: what has failed again and again since then counts, too
   */
  async ailing(since: string, which: 'all' | 'untouched' = 'all'): Promise<{ step: string; message: string }[]> {
    const running = this.plan.steps.filter(({ id, phase, change }) => {
      const begun = this.started.has(id);
      return change.to !== undefined && (which === 'untouched' ? phase === 'integrate' && !begun : phase === 'integrate' || begun);
    });
    const looks = await Promise.all(running.map(async (step) => ({ step, seen: await this.probe(step, 'apply', since) })));
    return looks.flatMap(({ step, seen }) => (isWell(seen) ? [] : [{ step: step.id, message: wordsFor(step, seen) }]));
  }

  /**
   * Deletes and replaces, when all else has succeeded. From here on an operation goes forward only: it is not cancelled,
   * and what does not go is put before an operator.
   */
  async finalise(): Promise<void> {
    const { operator, progress } = this.holding;
    const steps = this.plan.steps.filter((step) => this.isUnseen(step) || this.has('finalise', step));
    if (steps.length === 0) return;
    await CancellationScope.nonCancellable(async () => {
      progress.state('finalising');
      await recording.setPhase({ ...this.place, fence: this.fence, phase: 'finalising' });
      this.finalising = true;
      const left: Left[] = [];
      const stuck = new Set<string>();
      const ids = new Set(steps.map(({ id }) => id));
      await inOrder(reversed(this.plan.steps), async (step) => {
        // What is still used is not taken away: it waits for what uses it.
        const users = step.after.filter((id) => stuck.has(id));
        const rest = ids.has(step.id) ? (users.length > 0 ? [waitsFor(step, users)] : await this.finaliseStep(step)) : [];
        left.push(...rest);
        if (rest.length > 0 || users.length > 0) stuck.add(step.id);
      });
      if (left.length === 0) return;
      await recording.setPhase({ ...this.place, fence: this.fence, phase: 'finalising' });
      const again = (id: string) => this.finaliseStep(this.plan.steps.find((step) => step.id === id)!);
      this.left = await operator.resolve(progress, left, again);
      for (const rest of this.left) progress.note(`${rest.address}: ${rest.action}`);
    });
  }

  /** What an undo needs. */
  get undo(): Undo {
    const { plan, fence, started, outputs } = this;
    const { take, settings, progress, owns, before = {} } = this.holding;
    return {
      plan,
      fence,
      take,
      started,
      outputs,
      former: this.former,
      owns,
      settings,
      progress,
      before: (step) => before[step.id] ?? this.previewOf(step).before,
    };
  }

  private get former(): AllOutputs {
    return this.holding.former ?? this.holding.outputs;
  }

  private get place() {
    return { line: this.plan.line, environment: this.plan.environment };
  }

  private previewOf(step: PreviewedStep): Preview {
    return this.fresh.get(step.id) ?? step.preview;
  }

  /** True when the plan did not know all of it and the one who looked again, right before its effect, has gone. */
  private isUnseen({ id, change, preview }: PreviewedStep): boolean {
    if (!change.to || preview.unknown.length === 0 || this.fresh.has(id)) return false;
    return patched('a recovery looks again at what the plan did not know');
  }

  private has(phase: EffectPhase, step: PreviewedStep): boolean {
    return this.previewOf(step).changes.some((change) => change.phase === phase);
  }

  private async perform(step: PreviewedStep, phase: EffectPhase): Promise<void> {
    const { progress, settings, take } = this.holding;
    if ((phase === 'apply' && step.preview.unknown.length > 0) || this.isUnseen(step))
      this.fresh.set(step.id, await this.previewAgain(step));
    const { changes, digest, before } = this.previewOf(step);
    if (!this.has(phase, step)) {
      if (changes.length === 0) progress.step(step.id, 'unchanged');
      return;
    }
    const { guard } = this.holding;
    if (guard && phase === 'apply') await guard({ ...step, preview: this.previewOf(step) }, this.outputs);
    this.started.add(step.id);
    progress.step(step.id, 'running');
    try {
      const { outputs, pages } = await verbs(step.executor, settings, step.title).apply({
        ...this.verbInput(step),
        ...(this.fresh.has(step.id) ? { changes } : {}),
        permit: { approved: digest, key: stepKey(this.plan.line, this.plan.environment, take, step.id), fence: this.fence, phase, before },
      });
      const { name } = (step.change.to ?? step.change.from)!.component;
      this.outputs[name] = { ...this.outputs[name], ...outputs };
      progress.step(step.id, 'done', undefined, pages);
    } catch (error) {
      progress.step(step.id, 'failed');
      throw error;
    }
  }

  private async previewAgain(step: PreviewedStep): Promise<Preview> {
    const now = await verbs(step.executor, this.holding.settings, `preview ${step.title} again`).preview(this.verbInput(step));
    if (isRefinement(step.preview, now)) return now;
    this.holding.progress.step(step.id, 'failed');
    const details = { step: step.id, judged: step.preview, now };
    throw failure('PlanChanged', `${step.title} would now do something else than was judged`, details);
  }

  private async verifyStep(step: PreviewedStep, phase: EffectPhase): Promise<void> {
    const { progress } = this.holding;
    progress.step(step.id, 'verifying');
    let seen = await this.probe(step, phase);
    if (seen.state === 'between') {
      await this.perform(step, phase);
      seen = await this.probe(step, phase);
    }
    if (isWell(seen)) return progress.step(step.id, 'done');
    progress.step(step.id, 'failed');
    throw failure('VerificationFailed', wordsFor(step, seen), { step: step.id, probe: seen });
  }

  private probe(step: PreviewedStep, phase: EffectPhase, since?: string): Promise<Probe> {
    const { before } = this.previewOf(step);
    return verbs(step.executor, this.holding.settings, `verify ${step.title}`).probe({
      ...this.verbInput(step),
      phase,
      before,
      ...(since !== undefined && { since }),
    });
  }

  private async finaliseStep(step: PreviewedStep): Promise<Left[]> {
    const before = { ...this.outputs };
    try {
      await this.perform(step, 'finalise');
      const late = this.plan.steps.filter((user) => usesChanged(user, before, this.outputs));
      for (const { title } of late) this.holding.progress.note(`${title} is made with what ${step.title} gave before: deploy once more`);
      if (!this.has('finalise', step)) return [];
      await this.verifyStep(step, 'finalise');
      return [];
    } catch (error) {
      const { type, message } = causeOf(error);
      if (type === 'Superseded') throw error;
      return [{ step: step.id, address: step.title, reason: message, action: 'correct the cause, then resolve with retry; or skip' }];
    }
  }

  private verbInput(step: PreviewedStep) {
    const { owns } = this.holding;
    return {
      scope: scopeOf(this.plan, step),
      change: step.change,
      outputs: this.outputs,
      former: this.former,
      owned: owns?.[taskIdOf(step)],
    };
  }
}

const isWell = ({ state, healthy }: Probe): boolean => state === 'to' && healthy;

const wordsFor = ({ title }: PreviewedStep, { state, evidence }: Probe): string =>
  `${title} ${state === 'to' ? 'is there but does not work' : `is in state ${state}`}: ${evidence.join('; ')}`;

const waitsFor = ({ id, title }: PreviewedStep, users: string[]): Left => ({
  step: id,
  address: title,
  reason: `not begun: ${users.join(', ')} did not go`,
  action: 'resolve these first, then this one with retry',
});
