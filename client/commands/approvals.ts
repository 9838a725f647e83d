import { shortDigest } from '../../lifecycle/ids.js';
import { command, connected } from '../command.js';
import { inWords } from '../evidence.js';
import { openRequests } from '../exceptions.js';
import { farOf } from '../standing.js';
import { linkTo } from '../start.js';

interface Options {
  group?: string[];
  environment?: string;
}

/** `steward approvals`: what waits for a decision. */
export const approvals = command(
  'approvals',
  'List the requests that wait for a decision',
  (self) =>
    self
      .option('--group <names...>', 'only those that one of these groups may decide now')
      .option('-e, --environment <name>', 'only those of this environment; registry: of registrations'),
  (output, { group, environment }: Options) =>
    connected(async (connection) => {
      const { open: all, silent } = await openRequests(connection);
      const open = all.filter(
        ({ request, standing }) =>
          (environment === undefined || request.environment === environment) &&
          (group === undefined || (standing?.roles ?? request.approvers).some((role) => group.includes(role))),
      );
      const lines = open.flatMap(({ workflowId, request, standing }) => {
        const { digest, message, evidence, line, environment: place, requestedBy, reason, ticket, approvers, deadline, rule } = request;
        const why = [...(reason === undefined ? [] : [reason]), ...(ticket === undefined ? [] : [ticket])].join('; ');
        return [
          `${shortDigest(digest)}  ${message}`,
          ...evidence.map((each) => `    ${inWords(each)}`),
          `    ${line} in ${place}; asked by ${requestedBy}${why === '' ? '' : `: ${why}`}`,
          `    may be decided by ${(standing?.roles ?? approvers).join(' or ')} until ${deadline} (rule ${rule})`,
          ...(standing && (standing.stages > 1 || standing.wanted > 1) ? [`    ${farOf(standing)}`] : []),
          `    ${linkTo(connection, { workflowId })}`,
        ];
      });
      if (silent > 0) output.tell(`no worker answers for ${silent} open request(s): start one (steward worker) to see them`);
      const approvals = open.map(({ workflowId, request, standing }) => ({
        ...request,
        standing,
        workflowId,
        link: linkTo(connection, { workflowId }),
      }));
      output.result({ approvals }, lines.join('\n') || (silent > 0 ? '' : 'nothing waits for a decision'));
    }),
);
