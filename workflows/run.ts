import { CancellationScope, patched, sleep, workflowInfo } from '@temporalio/workflow';
import type { Digest } from '../lifecycle/digest.js';
import type { Holder, JudgedFinding, Target } from '../lifecycle/engine.js';
import type { Preview } from '../lifecycle/executor.js';
import type { RunKind } from '../lifecycle/ids.js';
import type { DeployInput, OperationResult, RetireInput } from '../lifecycle/operations.js';
import type { AllOutputs } from '../lifecycle/outputs.js';
import { taskIdOf } from '../lifecycle/ownership.js';
import { isEmpty } from '../lifecycle/plan.js';
import type { PreviewedStep, SealedPlan, Step } from '../lifecycle/plan.js';
import { nextStart } from '../lifecycle/start-form.js';
import type { StartForm } from '../lifecycle/start-form.js';
import { engine, recording, verbs } from './activities.js';
import { bake } from './bake.js';
import type { Resolver } from './compensation.js';
import { causeOf, failure } from './failure.js';
import { Held } from './held.js';
import type { Holding } from './held.js';
import { settleFindings } from './judge.js';
import type { Means } from './means.js';
import { previewAll } from './previews.js';
import type { Progress } from './progress.js';
import { recover } from './recovery.js';
import { scopeOf } from './scope.js';
import { label } from './search-attributes.js';

/** One run of deploy, upgrade or retire: the verbs that the recipes are written in. */
export class Run {
  readonly holder: Holder;
  target!: Target;
  /** Set while this run holds the operation record. */
  held?: Held;
  /** The operation whose remains this run has cleared away. */
  recovered?: string;
  /** Undone, last first, when the run turns back: announcements and the like. */
  readonly undos: (() => Promise<void>)[] = [];
  private findings: JudgedFinding[] = [];
  private outputs: AllOutputs = {};
  private waited = false;

  readonly progress: Progress;
  readonly operator: Resolver;

  constructor(
    readonly kind: RunKind,
    private readonly input: DeployInput | RetireInput,
    private readonly means: Means,
  ) {
    this.progress = means.progress;
    this.operator = means.operator;
    const { workflowId, runId } = workflowInfo();
    this.holder = { workflowId, runId };
  }

  /** Checks and pins the request; what an earlier operation left unfinished is finished or undone first. */
  async read(): Promise<Target> {
    const target = await this.request(false);
    const { line, domain, requestedBy, displayName, to, from } = target;
    this.progress.names(displayName, (to ?? from)?.version ?? '', target.uiUrl);
    const { rehearsed } = this.means;
    const environment = rehearsed?.environment ?? target.environment;
    const operation = rehearsed ? 'rehearse' : this.kind;
    label({ product: line, domain, environment, requestedBy, operation, state: states[this.kind].during });
    this.outputs = target.outputs;
    return target;
  }

  /** Looks at a plan as `apply` will, where a rehearsal asks for it: all of it, before the first effect. */
  async guard(plan: SealedPlan): Promise<void> {
    for (const step of plan.steps) await this.means.rehearsed?.guard(this.target, step, this.outputs, 'planned');
  }

  /** Previews every step. No effects, nothing is held. */
  async plan(): Promise<SealedPlan> {
    if (this.waited) {
      const { sunset, policies } = this.target;
      const target = await this.request(true);
      this.target = { ...target, sunset: sunset ?? target.sunset, policies: policies ?? target.policies };
      this.outputs = target.outputs;
      this.waited = false;
    }
    this.progress.state('planning');
    const { target } = this;
    const all = await this.engine.planSteps(target);
    const { rehearsed } = this.means;
    const steps = rehearsed ? await rehearsed.wanted(target, all) : all;
    this.progress.steps(steps);
    const missing = await this.engine.findMissingExecutors([...new Set(steps.map((step) => step.executor))]);
    if (missing.length > 0) throw failure('ExecutorUnavailable', `no worker serves ${missing.join(', ')}`, { missing });
    const previewed = await previewAll(steps, this.outputs, (step, outputs) => this.preview(step, outputs));
    return this.engine.sealPlan({
      operation: this.kind,
      line: target.line,
      fqn: target.fqn,
      environment: target.environment,
      from: target.from,
      to: target.to,
      steps: previewed,
    });
  }

  /** Policies at a decision point; asks for the exceptions that people may grant, and waits for them. */
  async judge(point: string, plan: SealedPlan): Promise<void> {
    this.findings = await this.engine.judge({ target: this.target, point, plan: plan.ref });
    const { engine, progress, holder } = this;
    const { decisions } = this.means;
    if (!decisions) throw failure('Internal', 'nobody can be asked here');
    if (await settleFindings(this.findings, { engine, decisions, progress, holder, dryRun: this.target.dryRun })) this.waited = true;
  }

  /** Policies where nothing can be taken back any more: what they say is told and recorded, it stops nothing. */
  async observe(point: string, plan: SealedPlan): Promise<void> {
    await CancellationScope.nonCancellable(async () => {
      this.findings = await recording.judge({ target: this.target, point, plan: plan.ref });
    });
    for (const { severity, message } of this.findings) this.progress.note(`${severity}: ${message}`);
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
    const { plan } = (this.held = await this.take(judged, point));
    this.progress.state(states[this.kind].during);
    await this.held.apply();
    return plan;
  }

  /** Looks whether every step that was begun is as wanted and works. */
  async verify(): Promise<void> {
    this.progress.state('verifying');
    await this.held?.verify();
  }

  /** Watches for the environment's bake time whether what was changed stays well, as long as all of it can be taken back. */
  async bake(): Promise<void> {
    const { bakeMs } = this.target;
    if (this.held && bakeMs) await bake(this.held, bakeMs, this.progress);
  }

  /** Deletes and replaces; from here on there is no way back. */
  async finalise(): Promise<void> {
    await this.held?.finalise();
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
    const left = this.held?.left ?? [];
    if (this.held) {
      this.progress.state('recording');
      const { findings, holder } = this;
      const { policies, requestedBy } = this.target;
      const { fence, outputs } = this.held;
      await CancellationScope.nonCancellable(() =>
        recording.recordResult({ plan, fence, outputs, findings, policies, holder, requestedBy, at: now(), left }),
      );
      this.held = undefined;
    }
    const result = this.end(plan, isEmpty(plan) && this.target.from ? 'unchanged' : states[this.kind].after);
    return left.length > 0 ? { ...result, left } : result;
  }

  /** The end of a run that was only asked for its plan, or had nothing to do. */
  end(plan: SealedPlan, state: OperationResult['state']): OperationResult {
    const { line, fqn, environment, uiUrl } = this.target;
    const version = (plan.to ?? plan.from)?.version ?? '';
    this.progress.succeeded(state, this.next(state, { line, version, environment }), uiUrl, this.target.requester?.level === 'statement');
    label({ state });
    return {
      state,
      product: line,
      fqn,
      version,
      environment,
      changes: plan.steps.map(({ id, preview }) => ({ step: id, changes: preview.changes, unknown: preview.unknown })),
      findings: this.findings,
      plan: plan.ref,
    };
  }

  /** What may be started next, by who has asked for this; nothing can be done yet with a version that is not registered. */
  private next(state: string, about: { line: string; version: string; environment: string }): StartForm | undefined {
    if (this.means.rehearsed || (this.input as DeployInput).bundle) return undefined;
    const { reason, ticket } = this.target;
    return nextStart(this.kind, state, about, { reason, ticket, ...('sunset' in this.input && { sunset: this.input.sunset }) });
  }

  private get engine() {
    return engine(this.target.settings);
  }

  private preview(step: Step, outputs: AllOutputs): Promise<Preview> {
    const scope = scopeOf(this.target, step);
    return verbs(step.executor, this.target.settings, `preview ${step.title}`).preview({
      scope,
      change: step.change,
      outputs,
      former: this.outputs,
      owned: this.target.owns?.[taskIdOf(step)],
    });
  }

  private async take(judged: SealedPlan, point: string): Promise<Held> {
    let plan = judged;
    for (;;) {
      if (this.waited) {
        plan = await this.plan();
        await this.judge(point, plan);
        if (this.waited) continue;
      }
      const { target, holder, outputs, progress, operator } = this;
      const steps = plan.steps.map(({ id, preview }) => ({ id, before: preview.before }));
      const grants = this.findings.flatMap(({ exceptedBy }) => (exceptedBy ? [exceptedBy as Digest] : []));
      const taken = await this.engine
        .takeRecord({ target, holder, plan: plan.ref, steps, grants })
        .catch((error: unknown) => this.leave(error));
      if (taken.state === 'taken') {
        const { fence } = taken;
        const { rehearsed } = this.means;
        const guard = rehearsed && ((step: PreviewedStep, made: Holding['outputs']) => rehearsed.guard(target, step, made, 'last'));
        return new Held({ plan, fence, take: fence, outputs, settings: target.settings, progress, operator, owns: target.owns, guard });
      }
      if (taken.state === 'dirty') await recover(taken, this);
      this.waited = true;
    }
  }

  /** Nobody knows whether the record was taken: it is given back, so that it is not found held by a run that has ended. */
  private async leave(error: unknown): Promise<never> {
    const { line, environment } = this.target;
    if (causeOf(error).type !== 'OperationInProgress' && patched('an unknown taking is given back'))
      await CancellationScope.nonCancellable(() => recording.leaveRecord({ line, environment, holder: this.holder }));
    throw error;
  }

  /** Reads the request; recovers first, and reads again, when an operation was left unfinished. */
  private async request(resumed: boolean): Promise<Target> {
    const { kind: operation, input, holder } = this;
    const { requester } = this.means.rehearsed ?? {};
    this.target = await engine(this.target?.settings).readRequest({ operation, input, holder, resumed, requester });
    if (!this.target.dirty || this.target.dryRun) return this.target;
    await recover(this.target.dirty, this);
    this.recovered = this.target.dirty.record.workflowId;
    return this.request(resumed);
  }
}

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
  recover: { during: 'recovering', after: 'unchanged' },
} as const;
