import { condition, defineSignal, defineUpdate, getExternalWorkflowHandle, setHandler } from '@temporalio/workflow';
import type { ExceptionOutcome, ExceptionRequest } from '../lifecycle/messages.js';
import type { DecideMessage, DecisionAnswer, DecisionMessage, WithdrawMessage } from '../lifecycle/messages.js';
import { messageNames } from '../lifecycle/messages.js';
import { exceptionWorkflowId, hex, shortDigest } from '../lifecycle/ids.js';
import { failure } from './failure.js';
import type { Progress } from './progress.js';
import { label } from './search-attributes.js';

export const approveSignal = defineSignal<[DecisionMessage]>(messageNames.approveException);
export const rejectSignal = defineSignal<[DecisionMessage]>(messageNames.rejectException);
export const decideUpdate = defineUpdate<string, [DecideMessage]>(messageNames.decideException);
export const withdrawSignal = defineSignal<[WithdrawMessage]>(messageNames.withdrawRequest);
export const answerSignal = defineSignal<[DecisionAnswer]>(messageNames.decisionAnswered);

export const decisionDescription =
  'Decide a request for an exception: {"exception": "<first 12 digits>", "approver": "you", "comment": "why"}';

/** True when `id` names the exception: the whole digest, or at least its first 12 digits. */
export const names = (id: unknown, request: Pick<ExceptionRequest, 'digest'>): boolean =>
  typeof id === 'string' && id.length >= 12 && (id === request.digest || hex(request.digest).startsWith(id));

/** The request's own answer comes within seconds of its deadline when a worker lives. */
const SILENCE_MS = 60_000;

/** The exceptions that an operation waits for. Decisions sent to the operation are passed on to the request's own workflow. */
export class Decisions {
  private open: ExceptionRequest[] = [];
  private readonly outcomes = new Map<string, ExceptionOutcome>();
  private readonly answers: DecisionAnswer[] = [];

  /** Registers the handlers; called before the first await, so that nothing is sent in vain. */
  constructor(private readonly progress: Progress) {
    setHandler(approveSignal, async (message) => void (await this.pass(approveSignal.name, message)), { description: decisionDescription });
    setHandler(rejectSignal, async (message) => void (await this.pass(rejectSignal.name, message)), { description: decisionDescription });
    setHandler(withdrawSignal, (message) => this.withdraw(message), {
      description: 'Take the request back: {"by": "you", "reason": "why"}; the operation ends without effect',
    });
    setHandler(decideUpdate, (message) => this.decide(message), {
      description: `${decisionDescription.slice(0, -1)}, "decision": "approve" | "reject"}`,
      validator: (message) => {
        if (!this.find(message?.exception)) throw failure('DecisionRefused', `exception ${String(message?.exception)} is not open here`);
      },
    });
    setHandler(answerSignal, (answer) => this.answered(answer), { description: 'Sent by the request itself' });
  }

  /** What was decided before says nothing about these: they are asked anew, because what was granted has run out. */
  forget(requests: ExceptionRequest[]): void {
    for (const { digest } of requests) this.outcomes.delete(digest);
  }

  /** Waits until all are decided. Throws the failure type of the first one that is not granted. Holds nothing meanwhile. */
  async wait(requests: ExceptionRequest[]): Promise<void> {
    this.open = requests;
    const due = requests.map((request) => request.deadline).sort()[0]!;
    this.progress.awaiting(requests);
    label({ approvalDue: due });
    try {
      const last = Math.max(...requests.map(({ deadline }) => new Date(deadline).getTime()));
      const decided = () => requests.every(({ digest }) => this.outcomes.has(digest)) || this.denied() !== undefined;
      // The request itself says so when its time is over; where it was ended from outside, silence means no.
      if (!(await condition(decided, Math.max(last - Date.now(), 0) + SILENCE_MS, { summary: 'deadline of the exceptions' }))) {
        for (const { digest } of requests)
          if (!this.outcomes.has(digest)) this.outcomes.set(digest, { digest, decision: 'expired', by: 'deadline' });
      }
    } finally {
      this.open = [];
      this.progress.awaiting([]);
      label({ approvalDue: null });
    }
    const denied = this.denied();
    if (denied) throw failure(denialType[denied.decision], denialMessage(denied), { exception: shortDigest(denied.digest) });
  }

  private denied() {
    return [...this.outcomes.values()].find((outcome): outcome is Denial => outcome.decision !== 'granted');
  }

  private find(id: unknown): ExceptionRequest | undefined {
    return this.open.find((request) => names(id, request));
  }

  /** Never throws: a signal cannot be refused, so a wrong one is explained where people look. */
  private async pass(signal: string, message: DecisionMessage | undefined): Promise<boolean> {
    const request = this.find(message?.exception);
    if (!request || !message) {
      this.progress.refuse(`${signal} for ${String(message?.exception)}: no such exception is awaited here`);
      return false;
    }
    try {
      await getExternalWorkflowHandle(exceptionWorkflowId(request.environment, request.line, request.digest)).signal(signal, message);
      return true;
    } catch {
      this.progress.refuse(`${signal} for ${message.exception}: the request is closed`);
      return false;
    }
  }

  private async withdraw(message: WithdrawMessage | undefined): Promise<void> {
    for (const request of this.open) {
      await getExternalWorkflowHandle(exceptionWorkflowId(request.environment, request.line, request.digest))
        .signal(withdrawSignal, { by: message?.by ?? 'unknown', reason: message?.reason })
        .catch(() => this.progress.refuse('withdrawRequest: the request is closed'));
    }
  }

  private async decide(message: DecideMessage): Promise<string> {
    const request = this.find(message.exception)!;
    const seen = this.answers.length;
    const signal = message.decision === 'approve' ? approveSignal.name : rejectSignal.name;
    const { exception, approver, comment, statement } = message;
    if (!(await this.pass(signal, { exception, approver, comment, statement }))) throw failure('DecisionRefused', 'the request is closed');
    const own = () =>
      this.answers.slice(seen).find((answer) => answer.digest === request.digest && ('outcome' in answer || answer.approver === approver));
    // A request that was ended from outside never answers: then the end of the waiting does.
    await condition(() => own() !== undefined || !this.open.includes(request));
    const answer = own();
    if (!answer) throw failure('DecisionRefused', 'the request has ended without an answer');
    if ('refused' in answer) throw failure('DecisionRefused', answer.refused);
    return answer.outcome.decision;
  }

  private answered(answer: DecisionAnswer): void {
    this.answers.push(answer);
    if ('refused' in answer) this.progress.refuse(answer.refused);
    else if (!this.outcomes.has(answer.digest)) this.outcomes.set(answer.digest, answer.outcome);
  }
}

type Denial = ExceptionOutcome & { decision: 'rejected' | 'expired' | 'withdrawn' };
const denialType = { rejected: 'ExceptionRejected', expired: 'ExceptionExpired', withdrawn: 'ExceptionWithdrawn' } as const;

const denialMessage = (denied: Denial): string =>
  denied.decision === 'expired'
    ? `nobody granted exception ${shortDigest(denied.digest)} in time`
    : `exception ${shortDigest(denied.digest)} was ${denied.decision} by ${denied.by}${denied.comment ? `: ${denied.comment}` : ''}`;
