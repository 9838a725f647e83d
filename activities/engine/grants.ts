import { stillGranted } from '../../lifecycle/approvals.js';
import type { Digest } from '../../lifecycle/digest.js';
import type { Finding } from '../../lifecycle/finding.js';
import { isSuspended } from '../../lifecycle/people.js';
import type { ExceptionRecord } from '../../lifecycle/records.js';
import type { EngineDeps } from './deps.js';
import { groupsOf } from './people.js';
import type { Place } from '../../lifecycle/environment.js';

/** The exceptions that hold at a moment, by their digests: granted, not run out, by people who may still grant them. */
export async function grantsOf(
  { catalog }: Pick<EngineDeps, 'catalog'>,
  line: string,
  place: Place,
  now: string,
): Promise<ReadonlySet<Digest>> {
  const records = await catalog.exceptions.list(line, place.name);
  return new Set(records.filter((record) => holds(record, place, now)).map(({ digest }) => digest));
}

/** Whether all of these hold right now. */
export async function allHold(deps: Pick<EngineDeps, 'catalog'>, line: string, place: Place, digests: Digest[]): Promise<boolean> {
  const granted = await grantsOf(deps, line, place, new Date().toISOString());
  return digests.every((digest) => granted.has(digest));
}

/** The exceptions that findings were passed by. */
export const exceptedBy = (findings: Finding[]): Digest[] =>
  findings.flatMap((finding) => ('exceptedBy' in finding ? [finding.exceptedBy as Digest] : []));

/** For the evidence: who decided that these findings may stand, how that was established, and what was signed. */
export async function decisionsBehind(
  { catalog }: Pick<EngineDeps, 'catalog'>,
  line: string,
  environment: string,
  findings: Finding[],
): Promise<ExceptionRecord[]> {
  const digests = exceptedBy(findings);
  if (digests.length === 0) return [];
  const records = await catalog.exceptions.list(line, environment);
  return records.filter(({ digest, decision }) => decision === 'granted' && digests.includes(digest));
}

/** Whether a decision still lets a finding stand. Asked again right before the effect: a grant may have run out, an approver may have left. */
export function holds(record: ExceptionRecord, place: Place, now: string): boolean {
  const { decision, expiresAt, stages, escalation, votes } = record;
  if (decision !== 'granted' || (expiresAt !== undefined && expiresAt <= now)) return false;
  // Granted before votes were kept: the name is all that there is.
  if (!stages || !votes) return !isSuspended(place, record.decidedBy);
  return stillGranted(stages, votes, (vote, { roles }) => {
    if (isSuspended(place, vote.by)) return false;
    const groups = groupsOf(place, { name: vote.seat, groups: vote.tokenGroups });
    const escalated = escalation && vote.at >= escalation.at ? escalation.groups : [];
    return [...roles, ...escalated].some((role) => groups.includes(role));
  });
}
