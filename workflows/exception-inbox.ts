import { condition, patched, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Arrival, SentDecision } from '../lifecycle/engine.js';
import type { DecideMessage, ExceptionRequest, RenewMessage, WithdrawMessage } from '../lifecycle/messages.js';
import {
  approveSignal,
  awaitSignal,
  decideUpdate,
  decisionDescription,
  delegateSignal,
  names,
  rejectSignal,
  renewSignal,
  withdrawSignal,
} from './decision-messages.js';
import { failure } from './failure.js';
import { strangeInDecision } from './message-fields.js';

/** Somebody's message, until it was obeyed (then `answer`) or not (then `refused`). */
export interface Letter {
  sent: SentDecision;
  answer?: string;
  refused?: string;
}

/** An operation that wants to hear the answer, and what it would ask itself. */
export interface Listener {
  workflowId: string;
  request?: ExceptionRequest;
}

/** A statement has at most 8 KiB, a comment a few lines; what is longer is not kept, so that a flood of it cannot fill the run. */
const LONGEST_MESSAGE = 12_000;

const STRANGE_FIELDS = 'unknown fields of messages are refused';

/** Everything that reaches a request. The handlers only append; who drains it decides. */
export class Inbox {
  readonly letters: Letter[] = [];
  readonly listeners: Listener[] = [];
  private readonly arrivals = new Map<string, number>();

  /**
   * @param about what the request is about at this moment
   * @param refuse tells why a message was not even looked at
   * @param next the number of the next message; carried on from run to run
   */
  constructor(
    private readonly about: () => ExceptionRequest,
    private readonly refuse: (why: string) => void,
    public next = 0,
  ) {
    setHandler(awaitSignal, (workflowId, request) => void this.listeners.push({ workflowId, request }), {
      description: 'Sent by the operations that wait',
    });
    const decision = (signal: typeof approveSignal, kind: 'approve' | 'reject') =>
      setHandler(signal, (message) => void this.append(kind, signal.name, message), { description: decisionDescription });
    decision(approveSignal, 'approve');
    decision(rejectSignal, 'reject');
    setHandler(delegateSignal, (message) => void this.append('delegate', delegateSignal.name, message), {
      description: `${decisionDescription.slice(0, -1)}, "to": "who decides instead"}`,
    });
    setHandler(withdrawSignal, (message) => void this.append('withdraw', withdrawSignal.name, message), {
      description: 'Take the request back: {"by": "you", "reason": "why"}',
    });
    setHandler(renewSignal, (message) => void this.append('renew', renewSignal.name, message), {
      description: 'Ask for a granted exception once more: {"by": "you", "reason": "why", "ticket": "..."}',
    });
    setHandler(decideUpdate, (message) => this.decide(message), {
      description: `${decisionDescription.slice(0, -1)}, "decision": "approve" | "reject" | "delegate"}`,
      validator: (message) => {
        if (!names(message?.exception, about())) throw failure('DecisionRefused', `this is not exception ${String(message?.exception)}`);
        if (!['approve', 'reject', 'delegate'].includes(message.decision))
          throw failure('DecisionRefused', 'decision is approve, reject or delegate');
        if (isTooLong(message)) throw failure('DecisionRefused', 'the message is too long');
        const strange = strangeInDecision(message);
        if (strange !== undefined) throw failure('DecisionRefused', strange);
      },
    });
  }

  get isEmpty(): boolean {
    return this.letters.length === 0 && this.listeners.length === 0;
  }

  /** The next messages, not past a delegation: it changes who may send the ones after it. */
  take(most: number): Letter[] {
    const delegation = this.letters.slice(0, most).findIndex(({ sent }) => sent.kind === 'delegate');
    return this.letters.splice(0, delegation < 0 ? most : delegation + 1);
  }

  private async decide(message: DecideMessage): Promise<string> {
    const letter = this.append(message.decision, decideUpdate.name, message);
    if (!letter) throw failure('DecisionRefused', 'the message cannot be read');
    await condition(() => letter.answer !== undefined || letter.refused !== undefined);
    if (letter.refused !== undefined) throw failure('DecisionRefused', letter.refused);
    return letter.answer!;
  }

  private append(kind: SentDecision['kind'], name: string, message: Message | undefined): Letter | undefined {
    const arrivedIn = this.arrival(name);
    const by = textOf(message?.approver) ?? textOf(message?.by) ?? '';
    const wrong = this.faultOf(kind, message);
    if (wrong !== undefined) {
      this.refuse(`${kind} of ${by === '' ? 'nobody' : by.slice(0, MOST_OF_NAME)}: ${wrong}`);
      return undefined;
    }
    const { exception = '', comment, reason, until, to, ticket, statement, via } = message!;
    const sent: SentDecision = {
      id: this.next++,
      kind,
      by,
      exception: String(exception),
      comment: textOf(comment) ?? textOf(reason),
      until: textOf(until),
      to: textOf(to),
      ticket: textOf(ticket),
      statement: textOf(statement),
      arrivedIn,
      ...(via && { via }),
      at: new Date().toISOString(),
    };
    const letter: Letter = { sent };
    this.letters.push(letter);
    return letter;
  }

  /** Without a look at who sent it: what cannot be meant for this request costs nothing. */
  private faultOf(kind: SentDecision['kind'], message: Message | undefined): string | undefined {
    if (typeof message !== 'object' || message === null) return 'it is no JSON object';
    if (isTooLong(message)) return 'it is too long';
    const strange = strangeInDecision(message);
    // Asked only where there is one: requests of before obeyed such a message.
    if (strange !== undefined && patched(STRANGE_FIELDS)) return strange;
    if ((kind === 'withdraw' || kind === 'renew') && message.exception === undefined) return undefined;
    return names(message.exception, this.about()) ? undefined : `it names exception ${String(message.exception).slice(0, MOST_OF_NAME)}`;
  }

  private arrival(name: string): Arrival {
    const nth = this.arrivals.get(name) ?? 0;
    this.arrivals.set(name, nth + 1);
    const { workflowId, runId } = workflowInfo();
    return { workflowId, runId, name, nth };
  }
}

type Message = Partial<DecideMessage> & Partial<RenewMessage> & Partial<WithdrawMessage>;

/** Enough to know who is meant; more would let a stranger fill the page. */
const MOST_OF_NAME = 80;

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const isTooLong = (message: object): boolean => JSON.stringify(message).length > LONGEST_MESSAGE;
