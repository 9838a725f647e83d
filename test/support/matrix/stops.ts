import { eventually } from '../eventually.js';
import { queueOf } from './activity-key.js';
import type { Cut } from './cuts.js';
import type { Injected, Passing, Verdict, Wire } from './wire.js';

/** Several operations on a busy machine, one of which may have met an outage and waits for up to a minute between its attempts. */
const LONGEST_MS = 300_000;

/** A run that is to be stopped at a cut. From then on nothing of it passes until it is released, or its worker is gone. */
export interface Stop {
  readonly workflowId: string;
  readonly cut: Cut;
  readonly reached: boolean;
  /** The activity that its cut is about has been given to the worker. */
  readonly underWay: boolean;
  readonly whereabouts: string;
  /** Lets the decision pass that a cut of kind `scheduled` is about, and stops again when the server has accepted it. */
  accept(): Promise<void>;
  /** It is where it is to be stopped, as nobody can see on the wire. */
  arrive(): void;
  /** Lets it go on; what it was stopped at is told to the server as a failure where one is given. */
  release(injected?: Injected): void;
}

/** Stops runs at cuts, and tells the server of failures that did not happen: all that a matrix does to what passes on the wire. */
export class Stops {
  private readonly stops = new Map<string, RunStop>();
  private readonly injections = new Map<string, { point: 'taken' | 'effect'; activity: RegExp; injected: Injected }[]>();
  private readonly effects = new Map<string, () => void>();

  constructor(private readonly wire: Wire) {
    wire.gate = (passing) => this.look(passing);
  }

  stopAt(workflowId: string, cut: Cut): Stop {
    const stop = new RunStop(workflowId, cut);
    this.stops.set(workflowId, stop);
    return stop;
  }

  /** Activities that match fail, before (`taken`) or after (`effect`) they have had their effect, until `clear`. */
  inject(workflowId: string, point: 'taken' | 'effect', activity: RegExp, injected: Injected): void {
    this.injections.set(workflowId, [...(this.injections.get(workflowId) ?? []), { point, activity, injected }]);
  }

  /** Resolves when an activity of the run has ended, in whatever way, and the server is about to learn of it. */
  nextEffect(workflowId: string): Promise<void> {
    return new Promise((resolve) => this.effects.set(workflowId, resolve));
  }

  /** Forgets what was asked for; what was stopped stays so. */
  clear(...workflowIds: string[]): void {
    for (const id of workflowIds) {
      this.stops.delete(id);
      this.injections.delete(id);
      this.effects.delete(id);
    }
  }

  /**
   * Waits until all are where they are to be stopped, each of them with what the server has to know; ends early when one has ended instead.
   * @param ended how many have
   */
  async allReached(stops: Stop[], ended: () => number): Promise<void> {
    const isOver = async (): Promise<boolean> => ended() > 0 || stops.every(({ reached }) => reached);
    await eventually(isOver, 'all are stopped', LONGEST_MS).catch((cause: unknown) => {
      throw new Error(`not reached: ${stops.map(({ whereabouts }) => whereabouts).join('; ')}`, { cause });
    });
    const undecided = stops.filter(({ reached, cut }) => reached && cut.kind === 'scheduled');
    for (const { cut } of undecided) this.wire.closeQueue(queueOf(cut.of));
    await Promise.all(undecided.map((stop) => stop.accept()));
  }

  /** What comes from now on passes; what was stopped stays so. */
  pass(workflowId: string): void {
    this.stops.delete(workflowId);
  }

  private async look(passing: Passing): Promise<Verdict> {
    const stopped = await this.stopped(passing);
    // After it was let go: what was stopped here is not the next one.
    if (passing.point === 'effect') this.effects.get(passing.workflowId)?.();
    return stopped;
  }

  private async stopped(passing: Passing): Promise<Verdict> {
    const stop = this.stops.get(passing.workflowId);
    if (stop) {
      const verdict = await stop.pass(passing);
      if (verdict) return verdict;
    }
    if (passing.point !== 'taken' && passing.point !== 'effect') return undefined;
    const { point, activity } = passing;
    return this.injections.get(passing.workflowId)?.find((each) => each.point === point && each.activity.test(activity))?.injected;
  }
}

class RunStop implements Stop {
  underWay = false;
  private state: 'armed' | 'stopped' | 'accepting' | 'released' = 'armed';
  private timersAccepted = 0;
  private timersFired = 0;
  private messages = 0;
  private readonly waiting: ((injected?: Injected) => void)[] = [];
  private accepted = (): void => undefined;
  private last?: Passing;

  constructor(
    readonly workflowId: string,
    readonly cut: Cut,
  ) {}

  /** Where it is, for people. */
  get whereabouts(): string {
    const { workflowId, cut, state, last } = this;
    return `${workflowId}: ${state} for ${cut.kind} ${cut.of}, last ${last ? JSON.stringify({ ...last, events: undefined }) : 'nothing'}`;
  }

  get reached(): boolean {
    return this.state !== 'armed';
  }

  async pass(passing: Passing): Promise<Verdict> {
    this.last = passing;
    if (passing.point === 'taken' && passing.activity === this.cut.of) this.underWay = true;
    if (this.state === 'released') return;
    const { timersAccepted } = this;
    if (passing.point === 'accepted') this.timersAccepted += passing.timers;
    if (this.state === 'armed') {
      if (!this.isAt(passing, timersAccepted)) return;
      this.state = 'stopped';
      return this.wait();
    }
    if (this.state === 'accepting') {
      if (passing.point !== 'accepted' || !passing.activities.includes(this.cut.of)) return;
      this.state = 'stopped';
      this.accepted();
    }
    // What follows is not to come through either. A poll must not wait for that, or nobody else would be given anything.
    if (passing.point === 'told' || passing.point === 'taken') return 'lost';
    await this.wait();
  }

  arrive(): void {
    if (this.state === 'armed') this.state = 'stopped';
  }

  async accept(): Promise<void> {
    let isAccepted = false;
    this.accepted = () => (isAccepted = true);
    this.state = 'accepting';
    for (const go of this.waiting.splice(0)) go();
    await eventually(async () => isAccepted, `accepted: ${this.whereabouts}`, LONGEST_MS);
  }

  release(injected?: Injected): void {
    this.state = 'released';
    const [first, ...others] = this.waiting.splice(0);
    first?.(injected);
    for (const go of others) go();
  }

  private wait(): Promise<Injected | void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** @param timers how many the server knew of already */
  private isAt(passing: Passing, timers: number): boolean {
    const { kind, of } = this.cut;
    switch (passing.point) {
      case 'told': {
        // A worker that does not know the run is told all from the beginning.
        if (Number(passing.events[0]?.eventId) === 1) this.timersFired = this.messages = 0;
        this.timersFired += passing.events.filter(({ timerFiredEventAttributes: fired }) => fired).length;
        this.messages += passing.events.filter(({ workflowExecutionSignaledEventAttributes: signaled }) => signaled).length;
        if (kind === 'timer fired') return this.timersFired >= Number(of);
        if (kind === 'after message') return this.messages >= Number(of);
        return kind === 'begun';
      }
      case 'decided':
        return kind === 'scheduled' && passing.activities.includes(of);
      case 'accepted':
        return kind === 'timer set' && Number(of) > timers && Number(of) <= timers + passing.timers;
      case 'taken':
      case 'effect':
      case 'answered':
        return kind === passing.point && of === passing.activity;
      default:
        return false;
    }
  }
}
