import { shortDigest } from '../lifecycle/ids.js';
import type { ExceptionRequest, OperationStatus, RequestStanding } from '../lifecycle/messages.js';
import { messageNames } from '../lifecycle/messages.js';

/** The page of an operation in the Temporal UI: Markdown with tables, no HTML. Pure. */
export function page(status: OperationStatus): string {
  return [
    title(status),
    steps(status),
    awaiting(status),
    granted(status),
    remains(status),
    list('Not obeyed', status.refused),
    list('Notes', status.notes),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const title = (status: OperationStatus): string =>
  `**${status.operation} ${status.product} ${status.version}**${status.environment ? ` in \`${status.environment}\`` : ''}: ${status.state} (since ${status.since})`;

const steps = (status: OperationStatus): string =>
  status.steps.length === 0
    ? ''
    : [
        '| step | by | state | since | |',
        '|---|---|---|---|---|',
        ...status.steps.map(
          (step) => `| ${cell(step.title)} | ${step.executor} | ${step.state} | ${step.since ?? ''} | ${cell(step.note ?? '')} |`,
        ),
      ].join('\n');

function awaiting(status: OperationStatus): string {
  return status.awaiting
    .map((request) =>
      [
        `**Waiting for a decision** until ${request.deadline}: ${request.message}`,
        ...request.evidence.map((line) => `- ${line}`),
        ...why(request),
        `Rule \`${request.rule}\`; may be decided by: ${(status.standing?.roles ?? request.approvers).join(', ')}; not by ${request.requestedBy}.`,
        ...far(status.standing),
        `To approve, send the signal \`${messageNames.approveException}\` (to reject: \`${messageNames.rejectException}\`) with`,
        '```json',
        JSON.stringify({ exception: shortDigest(request.digest), approver: 'YOU', comment: 'WHY' }),
        '```',
      ].join('\n'),
    )
    .join('\n\n');
}

/** Why it is asked, as the requester says. */
const why = ({ reason, ticket }: ExceptionRequest): string[] => {
  const told = [reason, ticket].filter((part) => part !== undefined && part !== '');
  return told.length === 0 ? [] : [`Asked because: ${cell(told.join('; '))}`];
};

const far = (standing: RequestStanding | undefined): string[] => {
  if (!standing || (standing.stages === 1 && standing.wanted === 1 && standing.votes.length === 0)) return [];
  const { stage, stages, approvals, wanted, votes } = standing;
  const said = votes.map(({ by, seat, decision }) => `${by}${seat === by ? '' : ` for ${seat}`}: ${decision}`);
  return [`Stage ${stage + 1} of ${stages}, ${approvals} of ${wanted} approvals${said.length === 0 ? '' : ` (${said.join(', ')})`}.`];
};

/** What holds, and how to ask for it once more. */
function granted({ granted: outcome, awaiting: open }: OperationStatus): string {
  if (!outcome) return '';
  const { by, comment, expiresAt, digest } = outcome;
  const told = `**Granted** by ${by} until ${expiresAt ?? 'further notice'}${comment ? `: ${cell(comment)}` : ''}`;
  if (open.length > 0) return `${told}; asked once more.`;
  const message = JSON.stringify({ exception: shortDigest(digest), by: 'YOU', reason: 'WHY', ticket: 'WHERE' });
  return [told, `To ask for it once more, send the signal \`${messageNames.renewException}\` with`, '```json', message, '```'].join('\n');
}

function remains(status: OperationStatus): string {
  const first = status.remains[0];
  if (!first) return '';
  return [
    '**What remains**',
    '',
    '| step | what | why | what to do |',
    '|---|---|---|---|',
    ...status.remains.map((rest) => `| ${rest.step} | ${cell(rest.address)} | ${cell(rest.reason)} | ${cell(rest.action)} |`),
    '',
    `Then send the update \`${messageNames.resolveCompensation}\`, action retry, skip, keep or delete:`,
    '```json',
    JSON.stringify({ step: first.step, action: 'retry', operator: 'YOU', reason: 'WHY' }),
    '```',
  ].join('\n');
}

const list = (heading: string, lines: string[]): string =>
  lines.length === 0 ? '' : [`**${heading}**`, '', ...lines.map((line) => `- ${line}`)].join('\n');

/** A bar or a line break inside a cell would tear the table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
