import type { IdentityLevel } from './environment.js';

/** How people decide together: stages one after the other, each with a quorum; pure, for the workflow and for the check before the effect. */

/** Who has to agree before the next stage begins. */
export interface ApprovalStage {
  /** Groups whose people decide in it. */
  roles: string[];
  /** So many different people have to approve. */
  approvals: number;
  /** So many have to reject before the answer is no. */
  rejections: number;
}

/** Somebody who was established, with the places that he may decide from: his own, and those of people he stands in for. */
export interface Voter {
  name: string;
  subject: string;
  level: IdentityLevel;
  seats: Seat[];
  statement?: string;
}

/** Somebody's place among those who decide. */
export interface Seat {
  person: string;
  /** All groups of the person. */
  groups: string[];
  /** Those of them that a token vouched for, kept so that the role can be checked again. */
  tokenGroups: string[];
}

/** Somebody has asked somebody else to decide this request from his place. */
export interface AdHocDelegation {
  from: Seat;
  to: string;
}

export interface Vote {
  stage: number;
  decision: 'approve' | 'reject';
  by: string;
  subject: string;
  /** Whose place it was: another one than `by` where somebody stood in. */
  seat: string;
  /** Of the seat. */
  tokenGroups: string[];
  verifiedBy: IdentityLevel;
  /** ISO time. */
  at: string;
  comment?: string;
  /** ISO time at which the grant ends, if this person wants it shorter. */
  until?: string;
  statement?: string;
}

export type Tally =
  | { state: 'open'; stage: number; approvals: number; rejections: number; wanted: ApprovalStage }
  | { state: 'granted' }
  | { state: 'rejected'; vote: Vote };

/** Where the stages stand. The first stage that is not passed decides; nobody's silence approves a stage, and none rejects it. */
export function tallyOf(stages: ApprovalStage[], votes: Vote[]): Tally {
  for (const [stage, wanted] of stages.entries()) {
    const own = votes.filter((vote) => vote.stage === stage);
    const rejected = own.filter(({ decision }) => decision === 'reject');
    if (rejected.length >= Math.max(wanted.rejections, 1)) return { state: 'rejected', vote: rejected.at(-1)! };
    const approvals = own.length - rejected.length;
    if (approvals < Math.max(wanted.approvals, 1)) return { state: 'open', stage, approvals, rejections: rejected.length, wanted };
  }
  // No stages: nobody could have agreed to anything.
  if (stages.length === 0)
    return { state: 'open', stage: 0, approvals: 0, rejections: 0, wanted: { roles: [], approvals: 1, rejections: 1 } };
  return { state: 'granted' };
}

export interface Said {
  decision: 'approve' | 'reject';
  at: string;
  comment?: string;
  until?: string;
}

/**
 * Adds somebody's vote to the stage that decides now; a changed mind takes the place of the former vote. Everybody counts once in a
 * request, whatever accounts and stages he appears in.
 * @param escalated groups that may decide besides those of the stage
 */
export function cast(
  stages: ApprovalStage[],
  votes: Vote[],
  voter: Voter,
  said: Said,
  escalated: string[] = [],
): { votes: Vote[] } | { refused: string } {
  const tally = tallyOf(stages, votes);
  if (tally.state !== 'open') return { refused: `it is ${tally.state} already` };
  const { stage } = tally;
  const roles = [...tally.wanted.roles, ...escalated];
  const seat = seatFor(voter, votes, roles);
  const isSame = (vote: Vote): boolean =>
    vote.subject === voter.subject || vote.by === voter.name || vote.seat === (seat?.person ?? voter.name);
  const earlier = votes.find((vote) => vote.stage !== stage && isSame(vote));
  if (earlier) return { refused: `${voter.name} has decided in stage ${earlier.stage + 1} already, and counts once` };
  if (!seat) return { refused: notInRole(stages, stage, voter, roles) };
  const { name: by, subject, level: verifiedBy, statement } = voter;
  const { person, tokenGroups } = seat;
  const vote: Vote = { stage, ...said, by, subject, seat: person, tokenGroups, verifiedBy, ...(statement && { statement }) };
  return { votes: [...votes.filter((other) => other.stage !== stage || !isSame(other)), vote] };
}

/** The own place where that may decide; else a place that nobody else has decided from: who stands in for two overrules neither while the other is silent. */
function seatFor({ name, subject, seats }: Voter, votes: Vote[], roles: string[]): Seat | undefined {
  const able = seats.filter(({ groups }) => groups.some((group) => roles.includes(group)));
  const isTaken = ({ person }: Seat): boolean => votes.some((vote) => vote.seat === person && vote.by !== name && vote.subject !== subject);
  return able.find((seat) => seat === seats[0] || !isTaken(seat)) ?? able[0];
}

/** Whether it was granted, and every stage would still be passed with the votes that count by now: who rejected may have left, too. */
export const stillGranted = (stages: ApprovalStage[], votes: Vote[], counts: (vote: Vote, stage: ApprovalStage) => boolean): boolean =>
  tallyOf(stages, votes).state === 'granted' &&
  tallyOf(
    stages,
    votes.filter((vote) => {
      const stage = stages[vote.stage];
      return stage !== undefined && counts(vote, stage);
    }),
  ).state === 'granted';

function notInRole(stages: ApprovalStage[], stage: number, { name, seats }: Voter, roles: string[]): string {
  const later = stages.findIndex((each, index) => index > stage && seats.some(({ groups }) => groups.some((g) => each.roles.includes(g))));
  if (later > 0) return `stage ${stage + 1} of ${stages.length} (${roles.join(', ')}) decides first`;
  return `${name} is in none of ${roles.join(', ')}`;
}
