import { ActivityFailure, CancellationScope, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { Holder } from '../lifecycle/engine.js';
import type { RunKind } from '../lifecycle/ids.js';
import type { FailureReport, RehearsalResult, RehearseInput } from '../lifecycle/operations.js';
import type { VersionPin } from '../lifecycle/plan.js';
import { differenceInWords, differencesBetween } from '../lifecycle/rehearsal.js';
import type { Difference, RehearsalTarget, Survey, Unproven } from '../lifecycle/rehearsal.js';
import { engine, recording } from './activities.js';
import { causeOf, endOf, failure } from './failure.js';
import type { Rehearsed } from './means.js';
import { attempt, refuseTimeouts, text } from './operation.js';
import { Progress } from './progress.js';
import { Run } from './run.js';
import { label } from './search-attributes.js';
import { Sweeper } from './sweeper.js';

/** The spine of a rehearsal: runs the recipe; however it ends, the twin is cleared. */
export async function rehearsal(input: RehearseInput, recipe: (rehearse: Rehearsal) => Promise<RehearsalResult>): Promise<RehearsalResult> {
  const { product, version, environment } = input ?? {};
  const progress = new Progress('rehearse', text(product), text(version), text(environment));
  label({ operation: 'rehearse', environment: text(environment), state: 'reading' });
  const rehearse = new Rehearsal(input, progress);
  try {
    refuseTimeouts();
    return await recipe(rehearse);
  } catch (error) {
    throw progress.failed(await CancellationScope.nonCancellable(() => rehearse.abandon(error)));
  }
}

/** One rehearsal: operations on the twin of an environment, one after the other, and what there is between them. */
export class Rehearsal {
  private target?: RehearsalTarget;
  private readonly sweeper = new Sweeper();
  /** How much of that is of an earlier rehearsal. */
  private sweptBefore = 0;
  private readonly holder: Holder;
  private readonly began = Date.now();
  private unproven: Unproven[] = [];
  /** What was there first: nothing of it is the rehearsal's own. */
  private found?: Survey;
  /** What there was when the operation that is undone had done its last step. */
  private peak: Survey = {};
  private cause?: { type: string; message: string };
  /** The failure of a part, which tells all that is to be told. */
  private reported?: unknown;

  constructor(
    private readonly input: RehearseInput,
    private readonly progress: Progress,
  ) {
    const { workflowId, runId } = workflowInfo();
    this.holder = { workflowId, runId };
  }

  /** Checks and pins what is asked, and who asks. */
  async read(): Promise<RehearsalTarget> {
    const { input, holder } = this;
    const target = (this.target = await engine().readRehearsal({ input, holder }));
    this.progress.names(target.displayName, target.to.version);
    const { line: product, domain, environment, requester } = target;
    label({ product, domain, environment, requestedBy: requester.name, state: 'rehearsing' });
    return target;
  }

  /** Takes away whatever is in the twin: what this rehearsal deployed, or what one left that was ended from outside. */
  async clear(): Promise<void> {
    const { line, twin, settings } = this.known;
    const look = () => engine(settings).readTwin({ line, twin });
    if ((await look()).dirty) await this.part('recover', '', async (run) => void (await run.read()));
    for (const version of (await look()).running)
      await this.part('retire', version, async (run) => {
        await run.read();
        const applied = await run.apply(await run.plan());
        await run.finalise();
        await run.record(applied);
      });
  }

  /** What is there now, asked of the systems. */
  async survey(): Promise<Survey> {
    const { line, twin, settings } = this.known;
    this.progress.state('looking at the twin');
    const seen = await engine(settings).surveyTwin({ line, twin });
    this.found ??= seen;
    return seen;
  }

  /** For real, as far as the twin is concerned: what an upgrade starts from. */
  async deploy({ version }: VersionPin): Promise<void> {
    await this.part('deploy', version, async (run) => {
      await run.read();
      const plan = await run.plan();
      await run.guard(plan);
      const applied = await run.apply(plan);
      await run.verify();
      await run.record(applied);
    });
  }

  /** Does it up to its last step that can be undone, and has it undone. What keeps it from being done is kept, what keeps it from beginning thrown. */
  async undone(kind: 'deploy' | 'upgrade', { version }: VersionPin): Promise<void> {
    let begun = false;
    // What an earlier rehearsal had left says nothing about this one.
    this.sweptBefore = this.sweeper.noted.length;
    try {
      await this.part(kind, version, async (run) => {
        await run.read();
        const plan = await run.plan();
        await run.guard(plan);
        for (const { id, title, preview } of plan.steps)
          for (const { phase, action, address } of preview.changes)
            if (phase === 'finalise') this.unproven.push({ step: id, reason: `${title}: ${action} ${address} comes last and has no undo` });
        begun = true;
        await run.apply(plan);
        await run.verify();
        this.peak = await this.survey();
        throw failure('Rehearsed', 'the last step is done: now its undo');
      });
    } catch (error) {
      const cause = originOf(error);
      if (!begun || isCancellation(error) || cause.type === 'Cancelled' || THROWN.has(cause.type)) throw error;
      this.reported = undefined;
      if (cause.type !== 'Rehearsed') this.cause = cause;
    }
  }

  /** Leaves the evidence. Throws `RehearsalFailed` unless all is as it was. */
  async record(before: Survey, after: Survey): Promise<RehearsalResult> {
    const { line, fqn, environment, from, to, requester } = this.known;
    const left = this.sweeper.noted.slice(this.sweptBefore).map(({ address, reason }): Difference => ({ address, reason }));
    const differences = [
      ...left,
      ...differencesBetween(before, after).filter(({ address }) => !left.some((each) => each.address === address)),
    ];
    const { cause, unproven, holder } = this;
    const clean = differences.length === 0 && cause === undefined;
    const rehearsed = from ? ('upgrade' as const) : ('deploy' as const);
    const seconds = Math.round((Date.now() - this.began) / 1000);
    const told = { fqn, rehearsed, environment, seconds, unproven };
    this.progress.state('recording');
    await CancellationScope.nonCancellable(() =>
      recording.recordRehearsal({
        ...told,
        ...holder,
        operation: 'rehearse',
        line,
        from,
        to,
        at: new Date().toISOString(),
        requestedBy: requester.name,
        clean,
        ended: clean ? 'clean' : 'failed',
        differences,
        ...(cause && { cause }),
      }),
    );
    for (const { reason } of unproven) this.progress.note(`not rehearsed: ${reason}`);
    if (!clean) {
      const why = [...(cause ? [`the ${rehearsed} itself failed: ${cause.message}`] : []), ...differences.map(differenceInWords)];
      throw failure('RehearsalFailed', why.join('; '), { differences, unproven });
    }
    this.progress.state('rehearsed');
    label({ state: 'rehearsed' });
    const compared = Object.keys(this.peak).length;
    return { ...told, state: 'rehearsed', product: line, from: from?.version, version: to.version, compared };
  }

  /** Clears the twin and gives the failure that the run ends with. */
  async abandon(error: unknown): Promise<Error> {
    const { product, environment } = this.progress.status;
    const report = { product, environment };
    let trouble: unknown;
    if (this.target) await this.clear().catch((reason: unknown) => (trouble = reason));
    this.progress.state(isCancellation(error) ? 'cancelled' : 'failed');
    label({ state: 'failed' });
    const kept = [...this.sweeper.kept, ...(trouble === undefined ? [] : [this.rest(causeOf(trouble).message)])];
    if (kept.length > 0) {
      const remains = kept.map((rest) => ({ ...rest, step: 'twin' }));
      return endOf(originOf(error), { ...report, ended: 'left', remains });
    }
    if (error === this.reported) return error as Error;
    return endOf(causeOf(error), { ...report, ended: this.target ? 'compensated' : 'refused', remains: [] });
  }

  private rest(reason: string) {
    return { address: this.known.twin, reason, action: 'correct the cause, then rehearse again: that clears the twin first' };
  }

  private get known(): RehearsalTarget {
    if (!this.target) throw failure('Internal', 'the rehearsal was not read');
    return this.target;
  }

  /** One operation in the twin, by the same verbs as any other; nobody is asked, nothing of others is touched. */
  private async part<R>(kind: RunKind, version: string, recipe: (run: Run) => Promise<R>): Promise<R> {
    const { line: product, twin, environment, requester, settings } = this.known;
    const rehearsed: Rehearsed = {
      requester,
      environment,
      wanted: async (target, steps) => {
        const unproven = kind === 'recover' ? [] : await engine(settings).findUnproven({ target, steps });
        for (const each of unproven) if (!this.unproven.some(({ step }) => step === each.step)) this.unproven.push(each);
        return steps.filter(({ id }) => !unproven.some(({ step }) => step === id));
      },
      guard: async (target, step, outputs, when) => {
        if (kind === 'retire' || kind === 'recover') return;
        const final = when === 'last';
        const found = this.found ?? {};
        const findings = await engine(settings).checkRehearsal({ target, steps: [step], outputs, found, final });
        if (findings.length > 0) throw failure('NotRehearsable', findings.map(({ message }) => message).join('; '), { findings });
      },
    };
    const { progress, sweeper: operator } = this;
    const run = new Run(kind, { product, version, environment: twin, reason: this.input.reason }, { progress, operator, rehearsed });
    try {
      return await attempt(run, recipe);
    } catch (error) {
      this.reported = error;
      throw error;
    }
  }
}

/** Says nothing about the product: thrown as they are. */
const THROWN: ReadonlySet<string> = new Set(['NotRehearsable', 'Superseded']);

/** Why a part really ended: what remained of it is told in its place. */
function originOf(error: unknown): ReturnType<typeof causeOf> {
  const cause = causeOf(error);
  if (error instanceof ActivityFailure) return cause;
  const origin = (cause.details as (FailureReport & { cause?: { type: string; message: string } }) | undefined)?.cause;
  return origin ? { ...cause, type: origin.type as typeof cause.type, message: origin.message } : cause;
}
