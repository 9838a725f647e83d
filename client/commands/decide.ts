import { shortDigest } from '../../lifecycle/ids.js';
import { messageNames } from '../../lifecycle/messages.js';
import { command, connected } from '../command.js';
import { inWords } from '../evidence.js';
import { digitsOf, findOpen, openRequests } from '../exceptions.js';
import { linkTo } from '../start.js';

/** A decision is answered by a live worker within seconds, or it may still be obeyed later. */
const ANSWER_TIMEOUT_MS = 15_000;

/** `steward approvals`: what waits for a decision. */
export const approvals = command(
  'approvals',
  'List the requests that wait for a decision',
  (self) => self,
  (output) =>
    connected(async (connection) => {
      const { open, silent } = await openRequests(connection);
      const lines = open.flatMap(({ workflowId, request }) => [
        `${shortDigest(request.digest)}  ${request.message}`,
        ...request.evidence.map((line) => `    ${inWords(line)}`),
        `    ${request.line} in ${request.environment}; asked by ${request.requestedBy}${request.reason ? `: ${request.reason}` : ''}`,
        `    may be decided by ${request.approvers.join(' or ')} until ${request.deadline} (rule ${request.rule})`,
        `    ${linkTo(connection, { workflowId })}`,
      ]);
      if (silent > 0) output.tell(`no worker answers for ${silent} open request(s): start one (steward worker) to see them`);
      const approvals = open.map(({ workflowId, request }) => ({ ...request, workflowId, link: linkTo(connection, { workflowId }) }));
      output.result({ approvals }, lines.join('\n') || (silent > 0 ? '' : 'nothing waits for a decision'));
    }),
);

interface Options {
  as: string;
  comment?: string;
  print?: boolean;
}

const decide = (decision: 'approve' | 'reject') =>
  command(
    `${decision} <exception>`,
    `${decision === 'approve' ? 'Grant' : 'Refuse'} a request for an exception`,
    (self) =>
      self
        .argument('<exception>', 'digest, or its first 12 digits (steward approvals)')
        .requiredOption('--as <name>', 'who decides')
        .option('--comment <text>', 'why')
        .option('--print', 'print the JSON to paste into the Temporal UI instead of sending it'),
    async (output, exception: string, { as: approver, comment, print }: Options) => {
      if (print) {
        const signal = decision === 'approve' ? messageNames.approveException : messageNames.rejectException;
        const message = { exception: digitsOf(exception), approver, comment };
        output.result({ signal, message }, `signal ${signal}:\n${JSON.stringify(message)}`);
        return;
      }
      await connected(async (connection) => {
        const { workflowId, request } = await findOpen(connection, exception);
        const { digest } = request;
        const handle = connection.client.workflow.getHandle(workflowId);
        const message = { exception: digest, approver, comment, decision };
        const answer = await connection.client.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, () =>
          handle.executeUpdate<string, [object]>(messageNames.decideException, { args: [message] }),
        );
        output.result({ exception: digest, decision: answer }, `${answer}: ${shortDigest(digest)} (${request.message})`);
      });
    },
  );

export const approve = decide('approve');
export const reject = decide('reject');
