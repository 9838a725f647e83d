import { shortDigest } from '../lifecycle/ids.js';
import type { Vote } from '../lifecycle/approvals.js';
import type { Ending, ExceptionRequest, OperationStatus, RequestStanding } from '../lifecycle/messages.js';
import { messageNames } from '../lifecycle/messages.js';
import { secondsOf } from '../lifecycle/time.js';

/** The page of an operation in the Temporal UI: Markdown with tables, no HTML. Pure. */
export function page(status: OperationStatus): string {
  return [
    title(status),
    failed(status.ending),
    steps(status),
    awaiting(status),
    granted(status),
    remains(status),
    list('Not obeyed', status.refused),
    list('Notes', status.notes),
    next(status.ending),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const title = (status: OperationStatus): string =>
  `**${status.operation} ${status.product} ${status.version}**${status.environment ? ` in \`${status.environment}\`` : ''}: ${status.state} (since ${secondsOf(status.since)})`;

const failed = (ending: Ending | undefined): string =>
  ending?.failure ? `**Ended as \`${ending.failure.type}\`.** ${pasteable(ending.failure.message)}` : '';

/** The page makes curly quotes of those of plain text, and JSON with these is none. */
const pasteable = (text: string): string => text.replaceAll(/\{".*?"\}/g, (json) => `\`${json}\``);

/** Ready to be pasted into the page that the link opens; what only a person knows stands in capitals. */
const next = (ending: Ending | undefined): string =>
  ending?.next
    ? [`**Next**: [start \`${ending.next.workflowType}\`](${ending.next.link}) with the input`, ...json(ending.next.input)].join('\n')
    : '';

const steps = (status: OperationStatus): string =>
  status.steps.length === 0
    ? ''
    : [
        '| step | by | state | since | |',
        '|---|---|---|---|---|',
        ...status.steps.map(
          (step) =>
            `| ${cell(step.title)} | ${step.executor} | ${step.state} | ${step.since ? secondsOf(step.since) : ''} | ${cell(step.note ?? '')} |`,
        ),
      ].join('\n');

const awaiting = ({ awaiting: requests, standing }: OperationStatus): string =>
  requests.map((request) => [...asked(request, standing), ...votes(standing?.votes ?? []), ...answers(request)].join('\n')).join('\n\n');

/** What is asked of whom, on which terms. Only the request's own page knows how far it is decided. */
function asked(request: ExceptionRequest, standing: RequestStanding | undefined): string[] {
  const { deadline, message, evidence, rule, requestedBy, requestedAt, reason, ticket, escalation } = request;
  const when = requestedAt === undefined ? '' : ` at ${secondsOf(requestedAt)}`;
  return [
    `**Waiting for a decision** until ${secondsOf(deadline)}: ${message}`,
    ...evidence.map((line) => `- ${line}`),
    '',
    `Asked by ${requestedBy}${when}${reason ? `: ${cell(reason)}` : ''}${ticket ? ` (ticket ${cell(ticket)})` : ''}.`,
    `Rule \`${rule}\`; ${standing ? deciding(standing) : deciders(request)}; not by ${requestedBy}.`,
    ...(escalation && escalation.at < deadline ? [`From ${secondsOf(escalation.at)} on also by: ${escalation.groups.join(', ')}.`] : []),
    life(request),
  ];
}

const deciding = ({ stage, stages, roles, approvals, wanted }: RequestStanding): string =>
  `${stages > 1 ? `stage ${stage + 1} of ${stages} ` : ''}may be decided by: ${roles.join(', ')} (${approvals} of ${wanted} approvals so far)`;

function deciders({ stages = [], approvers }: ExceptionRequest): string {
  const [first, ...later] = stages.map(({ roles, approvals }) => `${approvals > 1 ? `${approvals} of ` : ''}${roles.join(', ')}`);
  return `may be decided by: ${[first ?? approvers.join(', '), ...later].join('; then by: ')}`;
}

const life = ({ validForMs, expiresAt }: ExceptionRequest): string =>
  validForMs === undefined
    ? `A grant holds until ${secondsOf(expiresAt)}.`
    : `A grant holds for ${inWords(validForMs)} at most: given at once, until ${secondsOf(expiresAt)}.`;

const units = { day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1_000 };

/** The largest unit that leaves no rest, as the policies have it. */
function inWords(ms: number): string {
  const [unit, size] = Object.entries(units).find(([, each]) => ms % each === 0) ?? ['second', units.second];
  const count = Math.round(ms / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** The very JSON of each answer, where it only has to be pasted. */
function answers({ digest }: ExceptionRequest): string[] {
  const exception = shortDigest(digest);
  const { approveException, rejectException, delegateException, withdrawRequest } = messageNames;
  return [
    '',
    `To approve, send the signal \`${approveException}\` (to reject: \`${rejectException}\`) with`,
    ...json({ exception, approver: 'YOU', comment: 'WHY' }),
    `To let somebody else decide from your place, \`${delegateException}\` with`,
    ...json({ exception, approver: 'YOU', to: 'WHO' }),
    `Whoever asked takes it back by \`${withdrawRequest}\` with`,
    ...json({ by: 'YOU', reason: 'WHY' }),
  ];
}

const votes = (all: (RequestStanding['votes'][number] & Partial<Vote>)[]): string[] =>
  all.length === 0
    ? []
    : [
        '',
        '| stage | who | for | says | |',
        '|---|---|---|---|---|',
        ...all.map(
          ({ stage, by, seat, decision, comment }) =>
            `| ${stage + 1} | ${cell(by)} | ${seat === by ? '' : cell(seat)} | ${decision} | ${cell(comment ?? '')} |`,
        ),
      ];

/** A grant that holds, on the request's own page; while it is asked for once more, nobody can ask again. */
function granted({ granted: grant, awaiting: requests }: OperationStatus): string {
  if (!grant) return '';
  const { digest, by, comment, expiresAt, votes: all = [] } = grant;
  const again = requests.length > 0 ? '; asked once more' : '';
  return [
    `**Granted** by ${by}${expiresAt === undefined ? '' : ` until ${secondsOf(expiresAt)}`}${comment === undefined ? '' : `: ${cell(comment)}`}${again}`,
    ...votes(all),
    ...(requests.length > 0
      ? []
      : [
          '',
          `To ask for it once more before it ends, send the signal \`${messageNames.renewException}\` with`,
          ...json({ exception: shortDigest(digest), by: 'YOU', reason: 'WHY', ticket: 'IF ANY' }),
        ]),
  ].join('\n');
}

/** One field a line: the page cuts off what is long. */
const json = (message: object): string[] => ['```json', JSON.stringify(message, undefined, 2), '```'];

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
    ...json({ step: first.step, action: 'retry', operator: 'YOU', reason: 'WHY' }),
  ].join('\n');
}

const list = (heading: string, lines: string[]): string =>
  lines.length === 0 ? '' : [`**${heading}**`, '', ...lines.map((line) => `- ${line}`)].join('\n');

/** A bar or a line break inside a cell would tear the table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
