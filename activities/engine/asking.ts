import type { ApprovalStage } from '../../lifecycle/approvals.js';
import type { Digest, Json } from '../../lifecycle/digest.js';
import type { Person } from '../../lifecycle/engine.js';
import type { ExceptionRequest, FoundIn } from '../../lifecycle/messages.js';
import type { LoadedPolicy, PolicyFinding } from '../../policies/index.js';
import { byName } from './people.js';
import type { Place } from '../../lifecycle/environment.js';
import { inMs, later } from './time.js';

/** What a finding was made in, besides the finding itself. */
export interface Asking {
  line: string;
  place: Place;
  now: string;
  request: { requestedBy: string; reason?: string; ticket?: string };
  /** Left out by workers of before people were told apart. */
  requester?: Person;
  found: FoundIn;
  /** True when the product is held while people decide: then they have minutes. */
  held: boolean;
  /** Whether there is anybody to notify. */
  notifies?: boolean;
}

/** At these points the product is held: what has been applied waits for people. */
export const isHeldAt = (point: string): boolean => point === 'deployed' || point === 'upgraded';

/** What people are asked who may grant an exception: by the terms of the policy, within what the place allows. */
export function requestOf(finding: PolicyFinding, digest: Digest, policy: LoadedPolicy | undefined, asking: Asking): ExceptionRequest {
  const { line, place, now, request, requester, found, held, notifies } = asking;
  const terms = finding.exception!;
  const stages = stagesOf(finding, place);
  const open = inMs(terms.deadline ?? place.approvalDeadline);
  const deadline = new Date(Date.parse(now) + (held ? Math.min(open, inMs(place.heldApprovalDeadline)) : open)).toISOString();
  const escalation = terms.escalation ?? place.escalation;
  const validForMs = Math.min(inMs(terms.expiresAfter), inMs(place.longestException));
  return {
    digest,
    rule: finding.rule,
    message: finding.message,
    line,
    environment: place.name,
    evidence: Array.isArray(finding.evidence) ? finding.evidence.map(inWords) : [],
    requestedBy: request.requestedBy,
    reason: request.reason,
    ticket: request.ticket,
    approvers: stages[0]!.roles,
    deadline,
    expiresAt: new Date(Date.parse(now) + validForMs).toISOString(),
    requestedAt: now,
    requester: requester ?? byName(place, request.requestedBy, place.identity),
    stages,
    reminderEveryMs: inMs(terms.reminderEvery ?? place.reminderEvery),
    ...(escalation && { escalation: { at: later(now, escalation.after), groups: escalation.groups } }),
    validForMs,
    // What covers a change is used up by it: nobody has to be reminded that it ends.
    ...(terms.covers !== 'change' && { expiryReminderMs: inMs(place.expiryReminder), found }),
    ...(policy && { policy: { name: policy.name, version: policy.version, digest: policy.digest, owner: policy.owner } }),
    pointer: finding.pointer,
    ...(notifies !== undefined && { notifies }),
    ...(place.identity === 'statement' && { isSigned: true }),
  };
}

/** The same once more: the deadlines count from now, and whoever asks this time may not decide. */
export function renewed(
  exception: ExceptionRequest,
  place: Place,
  by: Person,
  why: { reason?: string; ticket?: string },
  now: string,
): ExceptionRequest {
  const asked = Date.parse(exception.requestedAt ?? now);
  const moved = (time: string): string => new Date(Date.parse(now) + Date.parse(time) - asked).toISOString();
  const { escalation, found } = exception;
  const validForMs = Math.min(exception.validForMs ?? 0, inMs(place.longestException));
  // Asked the first time, somebody held the product meanwhile; nobody does now.
  const deadline = found && isHeldAt(found.point) ? later(now, place.approvalDeadline) : moved(exception.deadline);
  return {
    ...exception,
    requestedBy: by.name,
    requester: by,
    reason: why.reason ?? exception.reason,
    ticket: why.ticket ?? exception.ticket,
    requestedAt: now,
    deadline,
    expiresAt: new Date(Date.parse(now) + validForMs).toISOString(),
    ...(escalation && { escalation: { ...escalation, at: moved(escalation.at) } }),
    validForMs,
  };
}

/** What is missing before an exception can be asked for, in words; undefined when nothing is. */
export function missingIn({ exception }: PolicyFinding, { reason, ticket }: Asking['request']): string | undefined {
  const given = { reason, ticket };
  const missing = (exception?.requires ?? []).filter((name) => (given[name] ?? '').trim() === '');
  return missing.length === 0 ? undefined : `An exception can be asked for with a ${missing.join(' and a ')}: start again with it.`;
}

function stagesOf({ exception }: PolicyFinding, place: Place): ApprovalStage[] {
  const { roles, stages = [{ roles }] } = exception!;
  return stages.map(({ roles: groups, approvals = 1, rejections = 1 }: { roles: string[]; approvals?: number; rejections?: number }) => ({
    roles: groups.length > 0 ? groups : place.approvers,
    approvals,
    rejections,
  }));
}

/** Evidence as people read it: planned changes, and differences between versions. */
function inWords(entry: Json): string {
  if (typeof entry === 'string') return entry;
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return JSON.stringify(entry);
  const { action, address, dataLoss, rule, pointer, before, after } = entry;
  if (typeof rule === 'string')
    return `${rule} ${String(pointer)}${before || after ? `: ${String(before || 'nothing')} becomes ${String(after || 'nothing')}` : ''}`;
  if (typeof action !== 'string' || typeof address !== 'string') return JSON.stringify(entry);
  return `${action} ${address}${dataLoss === true ? ' (data is lost)' : ''}`;
}
