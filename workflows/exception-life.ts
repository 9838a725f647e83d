import { CancellationScope } from '@temporalio/workflow';
import { cast, tallyOf } from '../lifecycle/approvals.js';
import type { Vote } from '../lifecycle/approvals.js';
import type { ExceptionOutcome, ExceptionRequest } from '../lifecycle/messages.js';
import type { NotificationType } from '../lifecycle/notifications.js';
import { nextGrantEvent, nextRequestEvent } from '../lifecycle/request-times.js';
import type { GrantEvent, RequestEvent } from '../lifecycle/request-times.js';
import { engine, recording } from './activities.js';
import { causeOf } from './failure.js';
import { Display } from './exception-display.js';
import { Inbox } from './exception-inbox.js';
import type { Letter, Listener } from './exception-inbox.js';
import { escalatedAt, escalatedTo, grantTimes, opened, stagesOf, timesOf } from './exception-round.js';
import type { Round } from './exception-round.js';
import { answerTo, Operations } from './exception-operations.js';
import { verified } from './exception-verification.js';
import type { Established } from './exception-verification.js';
import { noticeOf } from './exception-notice.js';
import { Progress } from './progress.js';
import { label } from './search-attributes.js';
import { tell } from './tell.js';

/** What goes on from run to run. */
export interface Carried {
  round?: Round;
  grant?: ExceptionOutcome;
  /** Of the end of the grant. */
  reminded: boolean;
  waiting: string[];
  nextLetter: number;
  told: number;
  notices: number;
  refused: string[];
  outcome?: ExceptionOutcome;
}

/** A request from the first asking to the end of its grant. */
export class ExceptionLife {
  readonly inbox: Inbox;
  outcome?: ExceptionOutcome;
  private round?: Round;
  private grant?: ExceptionOutcome;
  private reminded: boolean;
  private readonly operations: Operations;
  private notices: number;
  private readonly progress: Progress;
  private readonly display: Display;
  private readonly isNew: boolean;

  constructor(
    public request: ExceptionRequest,
    waiting: string[],
    carried?: Carried,
  ) {
    this.progress = new Progress('exception', request.line, request.rule, request.environment);
    this.display = new Display(this.progress);
    this.isNew = carried === undefined;
    this.round = carried ? carried.round : opened(request, false);
    this.grant = carried?.grant;
    this.reminded = carried?.reminded ?? false;
    this.outcome = carried?.outcome;
    this.operations = new Operations(this.progress, [...waiting, ...(carried?.waiting ?? [])], carried?.told);
    this.notices = carried?.notices ?? 0;
    this.progress.status.refused = carried?.refused ?? [];
    this.inbox = new Inbox(
      () => this.request,
      (why) => this.progress.refuse(why),
      carried?.nextLetter,
    );
    this.show();
  }

  /** While somebody has to decide, or a grant holds. */
  get isOpen(): boolean {
    return this.round !== undefined || this.grant !== undefined;
  }

  async begin(): Promise<void> {
    if (this.isNew) await this.announce('requested');
  }

  carry(): Carried {
    const { round, grant, reminded, notices, outcome } = this;
    const { waiting, told } = this.operations;
    const { next: nextLetter } = this.inbox;
    const { refused } = this.progress.status;
    return { round, grant, reminded, waiting: [...waiting], nextLetter, told, notices, refused, outcome };
  }

  /** What happens next by itself. */
  next(): RequestEvent | GrantEvent | undefined {
    const { round, grant } = this;
    const events = [
      ...(round ? [nextRequestEvent(timesOf(round.request), round)] : []),
      ...(grant ? [nextGrantEvent(grantTimes(grant, this.request), { reminded: this.reminded })] : []),
    ];
    return events.sort((one, other) => one.at - other.at)[0];
  }

  async happen(kind: (RequestEvent | GrantEvent)['kind']): Promise<void> {
    switch (kind) {
      case 'deadline':
        return this.settle('expired', 'deadline');
      case 'escalation':
        this.round!.escalated = true;
        this.show();
        return this.announce('escalated');
      case 'reminder':
        this.round!.until = Date.now();
        return this.announce('reminder');
      case 'expiry-reminder':
        this.reminded = true;
        return this.announce('expiring');
      case 'expiry':
        return this.expire();
    }
  }

  /** Operations that wait, then messages in their order. */
  async hear(listeners: Listener[], letters: Letter[]): Promise<void> {
    for (const listener of listeners) await this.join(listener);
    if (letters.length === 0) return;
    const answers = await verified(this.round, this.request, letters);
    for (const [index, letter] of letters.entries()) {
      const answer = answers[index]!;
      if ('refused' in answer) letter.refused = answer.refused;
      else await this.obey(letter, answer);
    }
    await this.operations.explain(
      this.request.digest,
      letters.filter(({ refused }) => refused !== undefined),
    );
    this.show();
  }

  /** Nobody is left waiting, neither operations nor senders. */
  async close(why: 'over' | 'cancelled'): Promise<void> {
    if (this.round) await this.settle('withdrawn', 'a cancellation of the request in Temporal');
    for (const letter of this.inbox.letters.splice(0)) letter.refused = 'the request is closed';
    if (why === 'cancelled') label({ state: 'cancelled', approvalDue: null });
  }

  /** An operation asks: it joins who waits already, hears what was granted, or opens the request anew. */
  private async join({ workflowId, request }: Listener): Promise<void> {
    const { grant } = this;
    // It asked before it could know of the grant. Asked afterwards, the grant does not count for it any more.
    const answered = !this.round && grant && (request?.requestedAt ?? '') <= (grant.decidedAt ?? '');
    if (answered) return answerTo([workflowId], { digest: grant.digest, outcome: grant });
    this.operations.waiting.add(workflowId);
    if (this.round) return;
    this.round = opened(request ?? this.request, false);
    this.request = this.round.request;
    await this.announce('requested');
    this.show();
  }

  private async obey(letter: Letter, answer: Established): Promise<void> {
    const { sent } = letter;
    const { round } = this;
    if (sent.kind === 'renew') return this.renew(letter, answer);
    if (!round) {
      letter.refused = this.outcome ? `it is decided: ${this.outcome.decision} by ${this.outcome.by}` : 'nothing is asked';
      return;
    }
    if (Date.parse(sent.at) >= Date.parse(round.request.deadline)) {
      letter.refused = 'the deadline has passed';
      return;
    }
    switch (sent.kind) {
      case 'withdraw':
        if (!answer.isRequester) letter.refused = 'only the requester can take it back';
        else await this.settle('withdrawn', answer.voter.name, answer.comment, letter);
        return;
      case 'delegate':
        return this.delegate(round, letter, answer);
      default:
        return this.count(round, letter, answer);
    }
  }

  private async count(round: Round, letter: Letter, { voter, comment, until }: Established): Promise<void> {
    const { sent } = letter;
    const said = { decision: sent.kind as Vote['decision'], at: sent.at, ...(comment && { comment }), ...(until && { until }) };
    const counted = cast(stagesOf(round.request), round.votes, voter, said, escalatedAt(round, sent.at));
    if ('refused' in counted) {
      letter.refused = counted.refused;
      return;
    }
    round.votes = counted.votes;
    const tally = tallyOf(stagesOf(round.request), round.votes);
    if (tally.state !== 'open') return this.settle(tally.state, voter.name, comment, letter);
    letter.answer = 'counted';
    const { stage, approvals, wanted } = tally;
    const far = `stage ${stage + 1} of ${stagesOf(round.request).length}: ${approvals} of ${wanted.approvals}`;
    await this.operations.tell({
      digest: this.request.digest,
      approver: sent.by,
      counted: `${sent.kind} of ${voter.name} counts; ${far}`,
      via: sent.via,
    });
  }

  private async delegate(round: Round, letter: Letter, { voter, to }: Established): Promise<void> {
    const own = voter.seats[0];
    const roles = [...stagesOf(round.request).flatMap((stage) => stage.roles), ...escalatedTo(round)];
    if (!own || !own.groups.some((group) => roles.includes(group))) {
      letter.refused = `${voter.name} is in none of ${[...new Set(roles)].join(', ')}, and has nothing to delegate`;
      return;
    }
    round.delegations = [...round.delegations.filter(({ from }) => from.person !== own.person), { from: own, to: to! }];
    letter.answer = 'delegated';
    await this.operations.tell({
      digest: this.request.digest,
      approver: letter.sent.by,
      counted: `${to} decides for ${voter.name}`,
      via: letter.sent.via,
    });
  }

  /** The same question once more while the answer of before still holds. */
  private async renew(letter: Letter, { voter, comment }: Established): Promise<void> {
    if (!this.grant || this.round) {
      letter.refused = this.round ? 'it is asked already' : 'nothing was granted that could be renewed';
      return;
    }
    const { name, subject, level, seats, statement } = voter;
    const by = { name, subject, level, groups: seats[0]?.tokenGroups ?? [], ...(statement && { statement }) };
    const asked = await engine()
      .renewRequest({ exception: this.request, by, reason: comment, ticket: letter.sent.ticket })
      .catch((error: unknown) => ({ refused: `it could not be renewed (${causeOf(error).message}); send it again` }));
    if ('refused' in asked) {
      letter.refused = asked.refused;
      return;
    }
    this.round = opened(asked, true);
    this.request = asked;
    letter.answer = 'asked';
    await this.announce('requested');
  }

  /** Written down before anybody acts on it; the first answer to a request stands. */
  private async settle(decision: ExceptionOutcome['decision'], by: string, comment?: string, letter?: Letter): Promise<void> {
    const round = this.round!;
    const { request: exception, votes } = round;
    const outcome = await CancellationScope.nonCancellable(() =>
      recording.recordDecision({
        exception,
        outcome: { digest: exception.digest, decision, by, ...(comment && { comment }) },
        verifiedBy: votes.at(-1)?.verifiedBy ?? 'claim',
        votes,
      }),
    );
    this.round = undefined;
    this.outcome = outcome;
    if (outcome.decision === 'granted') Object.assign(this, { grant: outcome, reminded: false });
    if (letter) letter.answer = outcome.decision;
    this.show();
    await this.operations.release({ digest: outcome.digest, outcome });
    await this.announce(round.renewal && outcome.decision === 'granted' ? 'renewed' : 'decided');
  }

  private async expire(): Promise<void> {
    const outcome = this.grant!;
    this.grant = undefined;
    const judged = await recording
      .judgeExpired({ exception: this.request, outcome })
      .catch((error: unknown) => ({ flagged: false as const, why: `it could not be judged: ${causeOf(error).message}` }));
    this.progress.note(
      judged.flagged ? `what it covered still stands: ${judged.findings.map(({ message }) => message).join('; ')}` : judged.why,
    );
    this.show();
    if (this.request.found) await this.announce('expired');
  }

  private show(): void {
    const { request, round, grant, outcome } = this;
    this.display.show({ request, round, grant, outcome });
  }

  /** People find out; a target that is down keeps nobody. */
  private announce(type: NotificationType): Promise<void> {
    const { request, round, grant, outcome } = this;
    const notice = noticeOf({ request, round, grant, outcome }, type, this.notices++);
    return tell(notice, request);
  }
}
