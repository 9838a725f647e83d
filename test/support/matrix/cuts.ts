import type { temporal } from '@temporalio/proto';
import { ActivityKeys, activityName } from './activity-key.js';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/**
 * Where a run can be stopped so that it makes a difference. Of an activity: `scheduled` (asked for, given to nobody), `taken` (given
 * away, no effect yet), `effect` (done, the server does not know), `answered` (the server knows, the run does not). Of a timer and of
 * a message: before and after. `begun`: started, nothing decided yet. `amid`: its Terraform is at work; `left` when that runs on, `killed`
 * when it dies with the worker.
 */
export type CutKind =
  | 'begun'
  | 'scheduled'
  | 'taken'
  | 'effect'
  | 'answered'
  | 'timer set'
  | 'timer fired'
  | 'before message'
  | 'after message'
  | 'amid, left'
  | 'amid, killed';

export interface Cut {
  kind: CutKind;
  /** The activity's key, or the number of the timer or message. */
  of: string;
  /** Ids of the history's events of which this is what is left when the worker dies after them. */
  events: number[];
}

/**
 * The distinct cuts of a run, from its history. Each event lies in exactly one: that of a worker which dies right after it. The events of
 * one decision are one step for the server, so they lie in the cut of what it asks for; one that asks for nothing changes nothing.
 */
export function cutsOf(history: HistoryEvent[]): Cut[] {
  const begun: Cut = { kind: 'begun', of: '', events: [] };
  const cuts = [begun];
  const open = new Opener();
  let cut = begun;
  /** Events of a decision of which it is not known yet what it asks for. */
  let held: number[] = [];
  for (const event of history) {
    const id = Number(event.eventId);
    const opened = open.cuts(event);
    cuts.push(...opened);
    if (opened.length > 0) {
      cut = opened.at(-1)!;
      cut.events.push(...held, id);
      held = [];
    } else if (event.workflowTaskCompletedEventAttributes || (held.length > 0 && isDecided(event))) held.push(id);
    else {
      cut.events.push(...held, id);
      held = [];
    }
  }
  cut.events.push(...held);
  return cuts;
}

/** Knows which events open a cut. */
class Opener {
  private readonly keys = new ActivityKeys();
  private readonly asked = new Map<string, string>();
  private timers = 0;
  private fired = 0;
  private messages = 0;

  /** The last of them is the one that the event lies in. */
  cuts(event: HistoryEvent): Cut[] {
    const cut = (kind: CutKind, of: string | number): Cut => ({ kind, of: String(of), events: [] });
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const key = this.keys.keyOf(scheduled.activityId!, activityName(scheduled.activityType!.name!, scheduled.input));
      this.asked.set(String(event.eventId), key);
      return [cut('scheduled', key)];
    }
    const of = (scheduledEventId: unknown): string => this.asked.get(String(scheduledEventId))!;
    const started = event.activityTaskStartedEventAttributes;
    if (started) return [cut('taken', of(started.scheduledEventId))];
    const ended =
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes;
    if (ended) return ['effect' as const, 'answered' as const].map((kind) => cut(kind, of(ended.scheduledEventId)));
    if (event.timerStartedEventAttributes) return [cut('timer set', ++this.timers)];
    if (event.timerFiredEventAttributes) return [cut('timer fired', ++this.fired)];
    const message =
      event.workflowExecutionSignaledEventAttributes ??
      event.workflowExecutionUpdateAcceptedEventAttributes ??
      event.workflowExecutionCancelRequestedEventAttributes;
    if (!message) return [];
    this.messages++;
    return ['before message' as const, 'after message' as const].map((kind) => cut(kind, this.messages));
  }
}

/** True for an event that a decision of the run has made, its end included. */
const isDecided = (event: HistoryEvent): boolean =>
  Object.values(event).some(
    (attributes) => typeof attributes === 'object' && attributes !== null && 'workflowTaskCompletedEventId' in attributes,
  );

/** What no history shows: in the middle of the verbs of which a Terraform with effects is a child. It has to be slow enough to be met. */
export const amidTerraform = (cuts: Cut[]): Cut[] =>
  cuts
    .filter(({ kind, of }) => kind === 'taken' && /^terraform\.(apply|revert)/.test(of))
    .flatMap(({ of }) => (['amid, left', 'amid, killed'] as const).map((kind) => ({ kind, of, events: [] })));
