import { shortDigest } from '../../lifecycle/ids.js';
import { command, connected } from '../command.js';
import { inWords } from '../evidence.js';
import { openRequests } from '../exceptions.js';
import type { OpenRequest } from '../exceptions.js';
import { standingInWords } from '../standing.js';
import { linkTo } from '../start.js';

interface Options {
  mine?: string[];
  environment?: string;
}

/** `steward approvals`: what waits for a decision. */
export const approvals = command(
  'approvals',
  'List the requests that wait for a decision',
  (self) =>
    self
      .option('--mine <group...>', 'those only that one of these groups may decide now')
      .option('-e, --environment <name>', 'those only of this environment (registry: of registrations)'),
  (output, { mine, environment }: Options) =>
    connected(async (connection) => {
      const { open, silent } = await openRequests(connection);
      const shown = open.filter(
        (each) =>
          (environment === undefined || each.request.environment === environment) &&
          (mine === undefined || rolesNow(each).some((role) => mine.includes(role))),
      );
      const lines = shown.flatMap((each) => [...told(each), `    ${linkTo(connection, each)}`]);
      if (silent > 0) output.tell(`no worker answers for ${silent} open request(s): start one (steward worker) to see them`);
      const approvals = shown.map(({ workflowId, request, standing }) => ({
        ...request,
        workflowId,
        ...(standing && { standing }),
        link: linkTo(connection, { workflowId }),
      }));
      const none = open.length === 0 ? 'nothing waits for a decision' : `none of the ${open.length} open request(s) is such`;
      output.result({ approvals }, lines.join('\n') || (silent > 0 ? '' : none));
    }),
);

/** Requests that were opened before there were stages have one, of their approvers. */
const rolesNow = ({ request, standing }: OpenRequest): string[] => standing?.roles ?? request.approvers;

function told({ request, standing }: OpenRequest): string[] {
  const { digest, message, evidence, line, environment, requestedBy, reason, ticket, approvers, deadline, rule } = request;
  return [
    `${shortDigest(digest)}  ${message}`,
    ...evidence.map((entry) => `    ${inWords(entry)}`),
    `    ${line} in ${environment}; asked by ${requestedBy}${reason ? `: ${reason}` : ''}${ticket ? ` (ticket ${ticket})` : ''}`,
    ...(standing ? [`    ${standingInWords(standing)}`] : []),
    `    may be decided by ${approvers.join(' or ')} until ${deadline} (rule ${rule})`,
  ];
}
