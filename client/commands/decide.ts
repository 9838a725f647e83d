import { Failure } from '../../lifecycle/failures.js';
import { messageNames } from '../../lifecycle/messages.js';
import type { ExceptionRequest } from '../../lifecycle/messages.js';
import { shortDigest } from '../../lifecycle/ids.js';
import { command, connected } from '../command.js';
import type { Connected } from '../connect.js';
import { linkTo } from '../start.js';
import { statusOf } from '../watch.js';

/** A decision is answered by a live worker within seconds, or it may still be obeyed later. */
const ANSWER_TIMEOUT_MS = 15_000;

interface Open {
  workflowId: string;
  request: ExceptionRequest;
}

/** The requests that wait for somebody. */
async function openRequests({ client }: Connected): Promise<Open[]> {
  const open: Open[] = [];
  for await (const run of client.workflow.list({ query: `WorkflowType='policyException' AND ExecutionStatus='Running'` })) {
    const status = await statusOf(client.workflow.getHandle(run.workflowId));
    for (const request of status?.awaiting ?? []) open.push({ workflowId: run.workflowId, request });
  }
  return open;
}

/** `steward approvals`: what waits for a decision. */
export const approvals = command(
  'approvals',
  'List the requests that wait for a decision',
  (self) => self,
  (output) =>
    connected(async (connection) => {
      const open = await openRequests(connection);
      const lines = open.map(
        ({ workflowId, request }) =>
          `${shortDigest(request.digest)}  ${request.environment}  until ${request.deadline}  ${request.message}\n    by ${request.approvers.join(', ')}  ${linkTo(connection, { workflowId })}`,
      );
      output.result({ approvals: open.map(({ request }) => request) }, lines.join('\n') || 'nothing waits for a decision');
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
        .argument('<exception>', 'digest, or its first 12 digits')
        .requiredOption('--as <name>', 'who decides')
        .option('--comment <text>', 'why')
        .option('--print', 'print the JSON to paste into the Temporal UI instead of sending it'),
    async (output, exception: string, { as: approver, comment, print }: Options) => {
      const message = { exception, approver, comment };
      if (print) {
        const signal = decision === 'approve' ? messageNames.approveException : messageNames.rejectException;
        output.result({ signal, message }, `signal ${signal}:\n${JSON.stringify(message)}`);
        return;
      }
      await connected(async (connection) => {
        const digits = exception.replace('sha256:', '');
        const found = (await openRequests(connection)).find(({ request }) => request.digest.startsWith(`sha256:${digits}`));
        if (!found) throw new Failure('DecisionRefused', `no open request ${exception}; see steward approvals`);
        const handle = connection.client.workflow.getHandle(found.workflowId);
        const updateId = `${digits}-${approver}-${decision}`;
        const answer = await connection.client.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, () =>
          handle.executeUpdate<string, [object]>(messageNames.decideException, { args: [{ ...message, decision }], updateId }),
        );
        output.result({ exception: found.request.digest, decision: answer }, `${shortDigest(found.request.digest)}: ${answer}`);
      });
    },
  );

export const approve = decide('approve');
export const reject = decide('reject');
