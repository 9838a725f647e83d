import { exceptionWorkflowId, operationOf, shortDigest } from '../lifecycle/ids.js';
import type { Vote } from '../lifecycle/approvals.js';
import type { Ending, ExceptionRequest, OperationStatus, RequestStanding } from '../lifecycle/messages.js';
import { messageNames } from '../lifecycle/messages.js';
import { runLink } from '../lifecycle/run-link.js';
import { secondsOf } from '../lifecycle/time.js';
import { cell, json, lines, link, list, table } from './markdown.js';

/** The page of an operation in the Temporal UI: Markdown with tables, no HTML. Pure. */
export function page(status: OperationStatus): string {
  return [
    title(status),
    failed(status.ending),
    // What somebody has to do comes before what was done.
    awaiting(status),
    granted(status),
    remains(status),
    list('Not obeyed', status.refused),
    next(status.ending),
    steps(status),
    list('Notes', status.notes),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const title = (status: OperationStatus): string =>
  `**${status.operation} ${cell(status.product)} ${cell(status.version)}**${status.environment ? ` in ${placeOf(status.environment)}` : ''}: ${cell(status.state)} (since ${secondsOf(status.since)})`;

/** Until the request is checked, the environment is whatever somebody typed. */
const placeOf = (environment: string): string => (/^[\w.-]+$/.test(environment) ? `\`${environment}\`` : cell(environment));

const failed = (ending: Ending | undefined): string =>
  ending?.failure ? `**Ended as \`${ending.failure.type}\`.** ${lines(ending.failure.message)}` : '';

/** Ready to be pasted into the page that the link opens; what only a person knows stands in capitals. */
function next(ending: Ending | undefined): string {
  if (!ending?.next) return '';
  const { workflowType, link, input, isSigned } = ending.next;
  const signed = isSigned
    ? ` (signed here: the command \`steward ${operationOf(workflowType)} ... --print\` gives it, docs/identity.md)`
    : '';
  return [`**Next**: [start \`${workflowType}\`](${link}) with the input${signed}`, ...json(input)].join('\n');
}

const steps = (status: OperationStatus): string =>
  status.steps.length === 0
    ? ''
    : table(
        ['step', 'by', 'state', 'since', ''],
        status.steps.map(({ title, executor, state, since, note, pages = [] }) => [
          title,
          executor,
          state,
          since ? secondsOf(since) : '',
          { markdown: [...(note ? [cell(note)] : []), ...pages.map((each) => link(each.title, each.url))].join(' ') },
        ]),
      ).join('\n');

const awaiting = (status: OperationStatus): string =>
  status.awaiting
    .map((request) => [...asked(request, status), ...votes(status.standing?.votes ?? []), ...answers(request)].join('\n'))
    .join('\n\n');

/** What is asked of whom, on which terms. Only the request's own page knows how far it is decided: others link to it. */
function asked(request: ExceptionRequest, { standing, uiUrl }: OperationStatus): string[] {
  const { deadline, message, evidence, rule, requestedBy, requestedAt, reason, ticket, escalation, environment, line, digest } = request;
  const when = requestedAt === undefined ? '' : ` at ${secondsOf(requestedAt)}`;
  const own = runLink(uiUrl ?? '', { workflowId: exceptionWorkflowId(environment, line, digest) });
  return [
    `**Waiting for a decision** until ${secondsOf(deadline)}: ${cell(message)}`,
    ...evidence.map((entry) => `- ${cell(entry)}`),
    '',
    `Asked by ${cell(requestedBy)}${when}${reason ? `: ${cell(reason)}` : ''}${ticket ? ` (ticket ${cell(ticket)})` : ''}.`,
    `Rule \`${rule}\`; ${standing ? deciding(standing) : deciders(request)}; not by ${cell(requestedBy)}.`,
    ...(escalation && escalation.at < deadline ? [`From ${secondsOf(escalation.at)} on also by: ${escalation.groups.join(', ')}.`] : []),
    life(request),
    ...(uiUrl === undefined || standing ? [] : [`How far it is decided: [the request's own page](${own}).`]),
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

/** The very JSON of each answer, where it only has to be pasted; where answers are signed, how to come by it. */
function answers({ digest, isSigned }: ExceptionRequest): string[] {
  const exception = shortDigest(digest);
  const { approveException, rejectException, delegateException, withdrawRequest } = messageNames;
  if (isSigned)
    return [
      '',
      'Decisions are signed here, with a key or by a token (docs/identity.md). At a command line:',
      '```sh',
      `steward approve ${exception} --as YOU --key FILE   # or: reject, delegate --to WHO`,
      '```',
      `With \`--print\` it sends nothing and gives the JSON to paste here, for the signal \`${approveException}\` (\`${rejectException}\`, \`${delegateException}\`). Whoever asked takes it back by \`steward withdraw ${exception}\`.`,
    ];
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
        ...table(
          ['stage', 'who', 'for', 'says', ''],
          all.map(({ stage, by, seat, decision, comment }) => [`${stage + 1}`, by, seat === by ? '' : seat, decision, comment ?? '']),
        ),
      ];

/** A grant that holds, on the request's own page; while it is asked for once more, nobody can ask again. */
function granted({ granted: grant, awaiting: requests }: OperationStatus): string {
  if (!grant) return '';
  const { digest, by, comment, expiresAt, votes: all = [] } = grant;
  const again = requests.length > 0 ? '; asked once more' : '';
  return [
    `**Granted** by ${cell(by)}${expiresAt === undefined ? '' : ` until ${secondsOf(expiresAt)}`}${comment === undefined ? '' : `: ${cell(comment)}`}${again}`,
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

function remains(status: OperationStatus): string {
  const first = status.remains[0];
  if (!first) return '';
  return [
    '**What remains**',
    '',
    ...table(
      ['step', 'what', 'why', 'what to do'],
      status.remains.map(({ step, address, reason, action }) => [step, address, reason, action]),
    ),
    '',
    `Then send the update \`${messageNames.resolveCompensation}\`, action retry, skip, keep or delete:`,
    ...json({ step: first.step, action: 'retry', operator: 'YOU', reason: 'WHY' }),
  ].join('\n');
}
