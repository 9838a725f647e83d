import { shortDigest } from '../lifecycle/ids.js';
import type { ExceptionOutcome, ExceptionRequest } from '../lifecycle/messages.js';
import { colours } from './colours.js';
import { inWords } from './evidence.js';
import { secondsOf } from '../lifecycle/time.js';

/** What a person is asked, in lines: what it is about, why, by whom it is decided and until when, and how to answer. */
export function requestLines(request: ExceptionRequest): string[] {
  const { digest, message, evidence, requestedBy, deadline, reason, ticket, escalation } = request;
  const why = [reason, ticket && `ticket ${ticket}`].filter(Boolean).join(', ');
  const later =
    escalation && escalation.at < deadline ? `, from ${secondsOf(escalation.at)} on also by ${escalation.groups.join(' or ')}` : '';
  return [
    `  ${colours.yellow('waiting for a decision')}: ${message}`,
    ...evidence.map((line) => `      ${inWords(line)}`),
    ...(why === '' ? [] : [`      why: ${why}`]),
    `      by ${decidersOf(request)} (not ${requestedBy}), until ${deadline}${later}:`,
    `      steward approve ${shortDigest(digest)} --as <you>   or   steward reject ${shortDigest(digest)} --as <you>`,
  ];
}

/** Who has to agree, stage after stage: `2 of owners, then security`. */
export const decidersOf = ({ stages, approvers }: ExceptionRequest): string =>
  (stages ?? [{ roles: approvers, approvals: 1 }])
    .map(({ roles, approvals }) => `${approvals > 1 ? `${approvals} of ` : ''}${roles.join(' or ')}`)
    .join(', then ');

/** A grant that holds, and how it is kept. */
export const grantLine = ({ digest, by, expiresAt }: ExceptionOutcome): string =>
  `granted by ${by}${expiresAt === undefined ? '' : ` until ${secondsOf(expiresAt)}`}; before that: steward renew ${shortDigest(digest)} --as <you>`;
