import { tallyOf } from '../lifecycle/approvals.js';
import type { AdHocDelegation, ApprovalStage, Vote } from '../lifecycle/approvals.js';
import type { ExceptionOutcome, ExceptionRequest, RequestStanding } from '../lifecycle/messages.js';
import type { GrantTimes, RequestTimes } from '../lifecycle/request-times.js';

/** One asking: at first, for a renewal, or by an operation for which a grant counts no more. */
export interface Round {
  request: ExceptionRequest;
  votes: Vote[];
  delegations: AdHocDelegation[];
  /** Up to when reminders were sent, milliseconds. */
  until: number;
  escalated: boolean;
  renewal: boolean;
}

/** A request begins: nobody has decided anything. */
export const opened = (request: ExceptionRequest, renewal: boolean): Round => ({
  request,
  votes: [],
  delegations: [],
  until: Date.parse(request.requestedAt ?? new Date().toISOString()),
  escalated: false,
  renewal,
});

/** Requests of before there were stages: one person of the approvers. */
export const stagesOf = ({ stages, approvers }: ExceptionRequest): ApprovalStage[] =>
  stages ?? [{ roles: approvers, approvals: 1, rejections: 1 }];

/** The same for a message, by the time at which it came: that is what counts right before the effect, too. @param at ISO time */
export const escalatedAt = ({ request: { escalation } }: Round, at: string): string[] =>
  escalation && at >= escalation.at ? escalation.groups : [];

/** Who may decide besides the stage that is at hand. */
export const escalatedTo = ({ escalated, request }: Round): string[] => (escalated ? (request.escalation?.groups ?? []) : []);

/** When something happens to it by itself. */
export const timesOf = ({ requestedAt, deadline, reminderEveryMs, escalation }: ExceptionRequest): RequestTimes => ({
  requestedAt: requestedAt ?? deadline,
  deadline,
  ...(reminderEveryMs !== undefined && { reminderEveryMs }),
  ...(escalation && { escalationAt: escalation.at }),
});

/** The same for a grant. */
export const grantTimes = (
  { decidedAt = '', expiresAt = '' }: ExceptionOutcome,
  { expiryReminderMs = 0 }: ExceptionRequest,
): GrantTimes => ({
  grantedAt: decidedAt,
  expiresAt,
  expiryReminderMs,
});

/** How far it is decided; undefined once it is. */
export function standingOf(round: Round): RequestStanding | undefined {
  const stages = stagesOf(round.request);
  const tally = tallyOf(stages, round.votes);
  if (tally.state !== 'open') return undefined;
  const { stage, approvals, wanted } = tally;
  return {
    stage,
    stages: stages.length,
    roles: [...wanted.roles, ...escalatedTo(round)],
    approvals,
    wanted: wanted.approvals,
    votes: round.votes.map(({ by, seat, decision, stage: of }) => ({ by, seat, decision, stage: of })),
  };
}
