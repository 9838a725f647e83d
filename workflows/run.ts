import { CancellationScope, sleep, workflowInfo } from '@temporalio/workflow';
import type { Holder, JudgedFinding, Target } from '../lifecycle/engine.js';
import type { EffectPhase, Outputs, Preview } from '../lifecycle/executor.js';
import type { OperationKind } from '../lifecycle/ids.js';
import { stepKey } from '../lifecycle/ids.js';
import type { DeployInput, OperationResult, RetireInput } from '../lifecycle/operations.js';
import { isEmpty, isRefinement, stepsWithEffect } from '../lifecycle/plan.js';
import type { PreviewedStep, SealedPlan, Step } from '../lifecycle/plan.js';
import type { OperationRecord } from '../lifecycle/records.js';
import { engine, recording, verbs } from './activities.js';
import { undoAll } from './compensation.js';
import type { Left, Operator, Undo } from './compensation.js';
import type { Decisions } from './decisions.js';
import { causeOf, failure } from './failure.js';
import { settleFindings } from './judge.js';
import { inOrder, reversed } from './order.js';
import type { Progress } from './progress.js';
import { scopeOf } from './scope.js';
import { label } from './search-attributes.js';

type Kind = Exclude<OperationKind, 'register'>;

/** One run of deploy, upgrade or retire: the verbs that the recipes are written in. */
export class Run {
  readonly holder: Holder;
  target!: Target;
  /** Set while this run holds the operation record. */
  held?: { plan: SealedPlan; fence: number; take: number; started: Set<string> };
  /** Undone, last first, when the run turns back: announcements and the like. */
  readonly undos: (() => Promise<void>)[] = [];
  private findings: JudgedFinding[] = [];
  private outputs: { [component: string]: Outputs } = {};
  private waited = false;

  constructor(
    readonly kind: Kind,
    private readonly input: DeployInput | RetireInput,
    readonly progress: Progress,
    private readonly decisions: Decisions,
    readonly operator: Operator,
  ) {
    const { workflowId, runId } = workflowInfo();
    this.holder = { workflowId, runId };
  }

  /** Checks and pins the request; what an earlier operation left unfinished is finished or undone first. */
  async read(): Promise<Target> {
    this.target = await engine().readRequest({ operation: this.kind, input: this.input, holder: this.holder });
    const { line, domain, environment, requestedBy, dirty, dryRun } = this.target;
    this.progress.names(this.target.displayName, (this.target.to ?? this.target.from)?.version ?? '');
    label({ product: line, domain, environment, requestedBy, operation: this.kind, state: states[this.kind].during });
    if (dirty && !dryRun) {
      await this.recover(dirty.record, dirty.plan);
      return this.read();
    }
    this.outputs = this.target.outputs;
    return this.target;
  }

  /** Previews every step. No effects, nothing is held. */
  async plan(): Promise<SealedPlan> {
    this.progress.state('planning');
    const { target } = this;
    const steps = await this.engine.planSteps(target);
    this.progress.steps(steps);
    const missing = await this.engine.findMissingExecutors([...new Set(steps.map((step) => step.executor))]);
    if (missing.length > 0) throw failure('ExecutorUnavailable', `no worker serves ${missing.join(', ')}`, { missing });
    const previewed: PreviewedStep[] = [];
    await inOrder(unordered(steps), async (step) => void previewed.push({ ...step, preview: await this.preview(step) }));
    return this.engine.sealPlan({
      operation: this.kind,
      line: target.line,
      fqn: target.fqn,
      environment: target.environment,
      from: target.from,
      to: target.to,
      steps: steps.map((step) => ({ ...step, preview: previewed.find((candidate) => candidate.id === step.id)!.preview })),
    });
  }

  /** Policies at a decision point; asks for the exceptions that people may grant, and waits for them. */
  async judge(point: string, plan: SealedPlan): Promise<void> {
    this.findings = await this.engine.judge({ target: this.target, point, plan: plan.ref });
    const { engine, decisions, progress, holder } = this;
    if (await settleFindings(this.findings, { engine, decisions, progress, holder, dryRun: this.target.dryRun })) this.waited = true;
  }

  /** Deprecates the instance; taken back when the run turns back. Returns the sunset date. */
  async announce(): Promise<string> {
    const { target, holder } = this;
    this.progress.state('announcing');
    this.undos.push(() => recording.withdrawAnnouncement({ target, holder }));
    const { sunset } = await recording.announceRetirement({ target, holder });
    this.target = { ...target, sunset };
    return sunset;
  }

  /**
   * Takes the operation record, then makes the plan so; independent steps together, the way back kept before each.
   * After a wait, or when somebody acted meanwhile, everything is previewed and judged again first.
   * @returns the plan that was applied
   */
  async apply(judged: SealedPlan, point = 'plan'): Promise<SealedPlan> {
    if (isSettled(judged)) return judged;
    const plan = await this.take(judged, point);
    this.progress.state(states[this.kind].during);
    const built = plan.steps.filter((step) => step.change.to);
    const removed = plan.steps.filter((step) => !step.change.to);
    await inOrder(built, (step) => this.perform(plan, step, 'apply'));
    await inOrder(reversed(removed), (step) => this.perform(plan, step, 'apply'));
    return plan;
  }

  /**
   * Deletes and replaces, when all else has succeeded. From here on an operation goes forward only: it is not cancelled,
   * and what does not go is put before an operator.
   */
  async finalise(plan: SealedPlan): Promise<void> {
    const steps = stepsWithEffect(plan, 'finalise');
    if (steps.length === 0 || !this.held) return;
    this.progress.state('finalising');
    const place = { ...this.place, fence: this.held.fence };
    await this.engine.setPhase({ ...place, phase: 'finalising' });
    await CancellationScope.nonCancellable(async () => {
      const left: Left[] = [];
      await inOrder(reversed(plan.steps), async (step) => {
        if (steps.includes(step)) left.push(...(await this.finaliseStep(plan, step)));
      });
      if (left.length === 0) return;
      const again = (id: string) =>
        this.finaliseStep(
          plan,
          plan.steps.find((step) => step.id === id)!,
        );
      for (const rest of await this.operator.resolve(this.progress, left, again)) this.progress.note(`${rest.address}: ${rest.action}`);
    });
  }

  /** Looks whether every changed step is as wanted and works. What is only half there is applied once more. */
  async verify(plan: SealedPlan, phase: EffectPhase = 'apply'): Promise<void> {
    this.progress.state('verifying');
    const steps = plan.steps.filter((step) => this.held?.started.has(step.id));
    await inOrder(unordered(steps), (step) => this.verifyStep(plan, step, phase));
  }

  /** Waits until a time, holding nothing. */
  async waitUntil(time: string, summary: string): Promise<void> {
    const left = new Date(time).getTime() - Date.now();
    if (left <= 0) return;
    this.progress.state(`${summary}, until ${time}`);
    this.waited = true;
    await sleep(left, { summary });
  }

  /** Writes the result down and gives the record back; retried without end, never a reason to undo. */
  async record(plan: SealedPlan): Promise<OperationResult> {
    if (this.held) {
      this.progress.state('recording');
      const { outputs, findings, holder } = this;
      const { fence } = this.held;
      await CancellationScope.nonCancellable(() =>
        recording.recordResult({ plan, fence, outputs, findings, holder, requestedBy: this.target.requestedBy, at: now() }),
      );
      this.held = undefined;
    }
    return this.end(plan, isEmpty(plan) && this.target.from ? 'unchanged' : states[this.kind].after);
  }

  /** The end of a run that was only asked for its plan, or had nothing to do. */
  end(plan: SealedPlan, state: OperationResult['state']): OperationResult {
    this.progress.state(state);
    label({ state });
    const { line, fqn, environment } = this.target;
    return {
      state,
      product: line,
      fqn,
      version: (plan.to ?? plan.from)?.version ?? '',
      environment,
      changes: plan.steps.map(({ id, preview }) => ({ step: id, changes: preview.changes, unknown: preview.unknown })),
      findings: this.findings,
      plan: plan.ref,
    };
  }

  /** What an undo of this run needs. */
  get undo(): Undo | undefined {
    if (!this.held) return undefined;
    const { plan, started, fence, take } = this.held;
    return { plan, started, fence, take, outputs: this.outputs, settings: this.target.settings, progress: this.progress };
  }

  private get engine() {
    return engine(this.target.settings);
  }

  private get place() {
    return { line: this.target.line, environment: this.target.environment };
  }

  private preview(step: Pick<PreviewedStep, 'id' | 'executor' | 'title' | 'change'>): Promise<Preview> {
    const scope = scopeOf(this.target, step as PreviewedStep);
    return verbs(step.executor, this.target.settings, `preview ${step.title}`).preview({
      scope,
      change: step.change,
      outputs: this.outputs,
    });
  }

  private async take(judged: SealedPlan, point: string): Promise<SealedPlan> {
    let plan = judged;
    for (;;) {
      if (this.waited) {
        this.waited = false;
        this.target = { ...this.target, ...(await this.current()) };
        plan = await this.plan();
        await this.judge(point, plan);
        if (this.waited) continue;
      }
      const steps = plan.steps.map(({ id, preview }) => ({ id, before: preview.before }));
      const taken = await this.engine.takeRecord({ target: this.target, holder: this.holder, plan: plan.ref, steps });
      if (taken.state === 'taken') {
        this.held = { plan, fence: taken.fence, take: taken.fence, started: new Set() };
        return plan;
      }
      if (taken.state === 'dirty') await this.recover(taken.record, taken.plan);
      this.waited = true;
    }
  }

  /** What may have changed while nothing was held. */
  private async current(): Promise<Target> {
    const target = await this.engine.readRequest({ operation: this.kind, input: this.input, holder: this.holder });
    if (target.dirty) {
      await this.recover(target.dirty.record, target.dirty.plan);
      return this.current();
    }
    return { ...target, sunset: this.target.sunset ?? target.sunset };
  }

  private async perform(plan: SealedPlan, step: PreviewedStep, phase: EffectPhase): Promise<void> {
    const fresh = phase === 'apply' && step.preview.unknown.length > 0 ? await this.preview(step) : step.preview;
    if (!isRefinement(step.preview, fresh)) {
      throw failure('PlanChanged', `${step.title} would now do something else than was judged`, {
        step: step.id,
        judged: step.preview,
        now: fresh,
      });
    }
    if (!fresh.changes.some((change) => change.phase === phase)) {
      if (fresh.changes.length === 0) this.progress.step(step.id, 'unchanged');
      return;
    }
    this.held!.started.add(step.id);
    this.progress.step(step.id, 'running');
    try {
      const { outputs } = await verbs(step.executor, this.target.settings, step.title).apply({
        scope: scopeOf(plan, step),
        change: step.change,
        outputs: this.outputs,
        permit: {
          approved: fresh.digest,
          key: stepKey(plan.line, plan.environment, this.held!.take, step.id),
          fence: this.held!.fence,
          phase,
          before: fresh.before,
        },
      });
      const { name } = (step.change.to ?? step.change.from)!.component;
      this.outputs[name] = { ...this.outputs[name], ...outputs };
      this.progress.step(step.id, 'done');
    } catch (error) {
      this.progress.step(step.id, 'failed');
      throw error;
    }
  }

  private async finaliseStep(plan: SealedPlan, step: PreviewedStep): Promise<Left[]> {
    try {
      await this.perform(plan, step, 'finalise');
      return [];
    } catch (error) {
      const { type, message } = causeOf(error);
      if (type === 'Superseded') throw error;
      return [{ step: step.id, address: step.title, reason: message, action: 'correct the cause, then resolve with retry; or skip' }];
    }
  }

  private async verifyStep(plan: SealedPlan, step: PreviewedStep, phase: EffectPhase): Promise<void> {
    const probe = () =>
      verbs(step.executor, this.target.settings, `verify ${step.title}`).probe({
        scope: scopeOf(plan, step),
        change: step.change,
        outputs: this.outputs,
        phase,
        before: step.preview.before,
      });
    let seen = await probe();
    if (seen.state === 'between') {
      await this.perform(plan, step, phase);
      seen = await probe();
    }
    if (seen.state === 'to' && seen.healthy) return;
    const health = seen.state === 'to' ? 'is there but does not work' : `is in state ${seen.state}`;
    throw failure('VerificationFailed', `${step.title} ${health}: ${seen.evidence.join('; ')}`, { step: step.id, probe: seen });
  }

  /** Finishes what an operation that is closed had begun: forward when it had begun to delete, else back. */
  private async recover(record: OperationRecord, plan: SealedPlan): Promise<void> {
    const { settings } = this.target;
    this.progress.state(`recovering what ${record.workflowId} left`);
    this.progress.steps(plan.steps);
    const { fence } = await this.engine.takeOver({ ...this.place, holder: this.holder, record });
    await sleep(settings.takeoverWaitMs, { summary: 'effects of the former holder stop by its fence' });
    await CancellationScope.nonCancellable(async () => {
      const started = new Set(plan.steps.map((step) => step.id));
      this.held = { plan, fence, take: record.take, started };
      const { holder, outputs } = this;
      const { requestedBy } = record;
      if (record.phase === 'finalising') {
        await this.finalise(plan);
        await recording.recordResult({ plan, fence, outputs, findings: [], holder, requestedBy, at: now() });
      } else {
        const left = await undoAll(this.undo!, this.operator);
        const cause = { type: 'Superseded', message: `recovered for ${holder.workflowId}` };
        await recording.releaseRecord({ plan, fence, holder, requestedBy, cause, left, at: now() });
      }
      this.held = undefined;
    });
    this.progress.note(`first recovered what ${record.workflowId} had left`);
  }
}

/** All at once. */
const unordered = <S extends Step>(steps: S[]): S[] => steps.map((step) => ({ ...step, after: [] }));

/** True when what is wanted runs already, to the letter: nothing to take, nothing to record. */
const isSettled = (plan: SealedPlan): boolean =>
  isEmpty(plan) &&
  plan.steps.every((step) => step.preview.unknown.length === 0) &&
  plan.to !== undefined &&
  plan.to.bundle === plan.from?.bundle;

const now = (): string => new Date().toISOString();

const states = {
  deploy: { during: 'deploying', after: 'deployed' },
  upgrade: { during: 'upgrading', after: 'upgraded' },
  retire: { during: 'retiring', after: 'retired' },
} as const;
