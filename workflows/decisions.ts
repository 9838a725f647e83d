import { condition, getExternalWorkflowHandle, patched, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Arrival, EngineActivities } from '../lifecycle/engine.js';
import { exceptionWorkflowId, shortDigest } from '../lifecycle/ids.js';
import type {
  DecideMessage,
  DecisionAnswer,
  DecisionMessage,
  ExceptionOutcome,
  ExceptionRequest,
  WithdrawMessage,
} from '../lifecycle/messages.js';
import { recording } from './activities.js';
import {
  answerSignal,
  approveSignal,
  decideUpdate,
  decisionDescription,
  delegateSignal,
  names,
  rejectSignal,
  withdrawSignal,
} from './decision-messages.js';
import { failure } from './failure.js';
import { strangeInDecision } from './message-fields.js';
import type { Progress } from './progress.js';
import { label } from './search-attributes.js';

/** An answer is a hint: anybody can send one. What was decided is in the catalog. */
const LOOKED_UP = 'answers-are-looked-up';
const STRANGE_FIELDS = 'unknown fields of messages are refused';
/** The request's own answer comes within seconds of its deadline when a worker lives. */
const SILENCE_MS = 60_000;
/** Each message that is passed on is events in this history; who has more to say says it to the request itself. */
const MOST_PASSED = 200;
/** The server keeps 10,000 signals from a run at most: long before that, answers are no longer waited for but looked up. */
const FLOOD = 2_000;

/** The exceptions that an operation waits for. Decisions sent to the operation are passed on to the request's own workflow. */
export class Decisions {
  private open: ExceptionRequest[] = [];
  private readonly outcomes = new Map<string, ExceptionOutcome>();
  private readonly answers: DecisionAnswer[] = [];
  private readonly arrivals = new Map<string, number>();
  private received = 0;
  private passed = 0;
  /** Something was said since the catalog was looked at. */
  private hinted = false;
  /** Undefined before anybody was asked: an answer that comes then is nobody's. */
  private looks: boolean | undefined;

  /** Registers the handlers; called before the first await, so that nothing is sent in vain. */
  constructor(private readonly progress: Progress) {
    for (const signal of [approveSignal, rejectSignal, delegateSignal])
      setHandler(
        signal,
        async (message: DecisionMessage | undefined) => void (await this.pass(signal.name, message, this.arrival(signal.name))),
        {
          description:
            signal === delegateSignal ? `${decisionDescription.slice(0, -1)}, "to": "who decides instead"}` : decisionDescription,
        },
      );
    setHandler(withdrawSignal, (message) => this.withdraw(message, this.arrival(withdrawSignal.name)), {
      description: 'Take the request back: {"by": "you", "reason": "why"}; the operation ends without effect',
    });
    setHandler(decideUpdate, (message) => this.decide(message, this.arrival(decideUpdate.name)), {
      description: `${decisionDescription.slice(0, -1)}, "decision": "approve" | "reject" | "delegate"}`,
      validator: (message) => {
        if (!this.find(message?.exception)) throw failure('DecisionRefused', `exception ${String(message?.exception)} is not open here`);
        const strange = strangeInDecision(message);
        if (strange !== undefined) throw failure('DecisionRefused', strange);
      },
    });
    setHandler(answerSignal, (answer) => this.answered(answer), { description: 'Sent by the request itself' });
  }

  /** What was decided before says nothing about these: they are asked anew, because what was granted has run out. */
  forget(requests: ExceptionRequest[]): void {
    this.looks ??= patched(LOOKED_UP);
    for (const { digest } of requests) this.outcomes.delete(digest);
  }

  /** Waits until all are decided. Throws the failure type of the first one that is not granted. Holds nothing meanwhile. */
  async wait(requests: ExceptionRequest[]): Promise<void> {
    this.open = requests;
    const due = requests.map((request) => request.deadline).sort()[0]!;
    this.progress.awaiting(requests);
    label({ approvalDue: due });
    try {
      const last = Math.max(...requests.map(({ deadline }) => new Date(deadline).getTime())) + SILENCE_MS;
      await (this.looks ? this.lookedUp(requests, last) : this.believed(requests, last));
      // The request itself says so when its time is over; where it was ended from outside, silence means no.
      for (const { digest } of this.denied() ? [] : requests)
        if (!this.outcomes.has(digest)) this.outcomes.set(digest, { digest, decision: 'expired', by: 'deadline' });
    } finally {
      this.open = [];
      this.progress.awaiting([]);
      label({ approvalDue: null });
    }
    const denied = this.denied();
    if (denied) throw failure(denialType[denied.decision], denialMessage(denied), { exception: shortDigest(denied.digest) });
  }

  /** Until the catalog has the answers, or their time is over. */
  private async lookedUp(requests: ExceptionRequest[], last: number): Promise<void> {
    while (!this.areDecided(requests)) {
      const woken = await condition(() => this.hinted || this.isFlooded, Math.max(last - Date.now(), 0), {
        summary: 'deadline of the exceptions',
      });
      this.hinted = false;
      const open = requests.filter(({ digest }) => !this.outcomes.has(digest));
      const found =
        woken && this.isFlooded
          ? await watching(last - Date.now()).awaitDecisions({ exceptions: open })
          : await recording.awaitDecisions({ exceptions: open, once: true });
      for (const outcome of found) this.outcomes.set(outcome.digest, outcome);
      if (!woken) return;
    }
  }

  /** As operations did that began before answers were looked up. */
  private async believed(requests: ExceptionRequest[], last: number): Promise<void> {
    await condition(() => this.areDecided(requests), Math.max(last - Date.now(), 0), { summary: 'deadline of the exceptions' });
  }

  private areDecided(requests: ExceptionRequest[]): boolean {
    return requests.every(({ digest }) => this.outcomes.has(digest)) || this.denied() !== undefined;
  }

  private get isFlooded(): boolean {
    return this.received > FLOOD;
  }

  private denied() {
    return [...this.outcomes.values()].find((outcome): outcome is Denial => outcome.decision !== 'granted');
  }

  private find(id: unknown): ExceptionRequest | undefined {
    return this.open.find((request) => names(id, request));
  }

  private arrival(name: string): Arrival {
    const nth = this.arrivals.get(name) ?? 0;
    this.arrivals.set(name, nth + 1);
    this.received++;
    const { workflowId, runId } = workflowInfo();
    return { workflowId, runId, name, nth };
  }

  /** Never throws: a signal cannot be refused, so a wrong one is explained where people look. */
  private async pass(signal: string, message: DecisionMessage | undefined, via: Arrival): Promise<boolean> {
    const request = this.find(message?.exception);
    if (!request || !message) {
      this.progress.refuse(`${signal} for ${String(message?.exception).slice(0, MOST_OF_NAME)}: no such exception is awaited here`);
      return false;
    }
    const strange = strangeInDecision(message);
    // Asked only where there is one: operations of before passed such a message on.
    if (strange !== undefined && patched(STRANGE_FIELDS)) {
      this.progress.refuse(`${signal} for ${message.exception}: ${strange}`);
      return false;
    }
    const to = exceptionWorkflowId(request.environment, request.line, request.digest);
    if (this.passed++ >= MOST_PASSED) {
      this.progress.refuse(`${signal} for ${message.exception}: too many messages; send it to ${to}`);
      return false;
    }
    try {
      await getExternalWorkflowHandle(to).signal(signal, { ...message, via });
      return true;
    } catch {
      this.progress.refuse(`${signal} for ${message.exception}: the request is closed`);
      return false;
    }
  }

  private async withdraw(message: WithdrawMessage | undefined, via: Arrival): Promise<void> {
    const strange = strangeInDecision(message ?? {});
    if (strange !== undefined && patched(STRANGE_FIELDS)) return this.progress.refuse(`withdrawRequest: ${strange}`);
    for (const request of this.passed++ < MOST_PASSED ? this.open : []) {
      await getExternalWorkflowHandle(exceptionWorkflowId(request.environment, request.line, request.digest))
        .signal(withdrawSignal, { ...message, by: message?.by ?? 'unknown', via })
        .catch(() => this.progress.refuse('withdrawRequest: the request is closed'));
    }
  }

  private async decide(message: DecideMessage, via: Arrival): Promise<string> {
    const request = this.find(message.exception)!;
    const seen = this.answers.length;
    const signal = { approve: approveSignal, reject: rejectSignal, delegate: delegateSignal }[message.decision]?.name ?? 'nothing';
    if (!(await this.pass(signal, message, via)))
      throw failure('DecisionRefused', 'the request is closed, or has no room for more messages');
    const isOwn = (answer: DecisionAnswer): boolean =>
      answer.digest === request.digest &&
      ('outcome' in answer ||
        (answer.via ? answer.via.name === via.name && answer.via.nth === via.nth : answer.approver === message.approver));
    const own = () => this.answers.slice(seen).find(isOwn);
    // A request that was ended from outside never answers: then the end of the waiting does.
    await condition(() => own() !== undefined || !this.open.includes(request));
    const answer = own();
    if (!answer) throw failure('DecisionRefused', 'the request has ended without an answer');
    if ('refused' in answer) throw failure('DecisionRefused', answer.refused);
    return 'counted' in answer ? 'counted' : answer.outcome.decision;
  }

  private answered(answer: DecisionAnswer | undefined): void {
    this.received++;
    if (!answer || this.isFlooded) return;
    this.answers.push(answer);
    if ('refused' in answer) return this.progress.refuse(answer.refused);
    if ('counted' in answer) return this.progress.note(answer.counted);
    this.hinted = true;
    if (this.looks === false && !this.outcomes.has(answer.digest)) this.outcomes.set(answer.digest, answer.outcome);
  }
}

/** One look that lasts until there is an answer. */
const watching = (left: number): EngineActivities =>
  proxyActivities<EngineActivities>({
    startToCloseTimeout: Math.max(left, SILENCE_MS) + SILENCE_MS,
    heartbeatTimeout: '30 seconds',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
  });

/** Enough to know what is meant. */
const MOST_OF_NAME = 80;

type Denial = ExceptionOutcome & { decision: 'rejected' | 'expired' | 'withdrawn' };
const denialType = { rejected: 'ExceptionRejected', expired: 'ExceptionExpired', withdrawn: 'ExceptionWithdrawn' } as const;

const denialMessage = (denied: Denial): string =>
  denied.decision === 'expired'
    ? `nobody granted exception ${shortDigest(denied.digest)} in time`
    : `exception ${shortDigest(denied.digest)} was ${denied.decision} by ${denied.by}${denied.comment ? `: ${denied.comment}` : ''}`;
