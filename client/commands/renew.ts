import { SENT_AT_ONCE_S } from '../../identity/index.js';
import { Failure } from '../../lifecycle/failures.js';
import { shortDigest } from '../../lifecycle/ids.js';
import { messageNames } from '../../lifecycle/messages.js';
import type { RenewMessage } from '../../lifecycle/messages.js';
import { command, connected } from '../command.js';
import { findRunning } from '../exceptions.js';
import { proofOf, withProof } from '../proof.js';
import type { ProofOptions } from '../proof.js';
import { decisionStatement, readStatement } from '../statement.js';
import { UsageFailure } from '../usage.js';

interface Options extends ProofOptions {
  reason?: string;
  ticket?: string;
}

/** `steward renew`: asks for a granted exception once more, before it runs out. */
export const renew = command(
  'renew <exception>',
  'Ask for a granted exception once more before it runs out; the same people decide, and what was granted holds meanwhile',
  (self) =>
    withProof(self.argument('<exception>', 'digest, or its first 12 digits (steward exceptions)').option('--as <name>', 'who asks'))
      .option('--reason <text>', 'why it is still needed')
      .option('--ticket <text>', 'where that is written down'),
  async (output, exception: string, { reason, ticket, ...who }: Options) => {
    const proof = await proofOf(who);
    if (proof.by !== 'token' && !proof.name) throw new UsageFailure('who asks? Name it: --as <name>');
    await connected(async (connection) => {
      const { workflowId, status } = await findRunning(connection, exception);
      const { granted, request } = status ?? {};
      if (workflowId === undefined || !granted || !request)
        throw new Failure('DecisionRefused', `nothing is granted under ${exception} that could be renewed; see steward exceptions`);
      if (status!.awaiting.length > 0) throw new Failure('DecisionRefused', `${exception} is asked again already; see steward approvals`);
      const statement = await decisionStatement(proof, request, { decision: 'renew', comment: reason }, SENT_AT_ONCE_S);
      const by = statement === undefined ? who.as! : readStatement(statement).name;
      const message = { by, reason, ticket, ...(statement !== undefined && { statement }) };
      await connection.client.workflow.getHandle(workflowId).signal<[RenewMessage]>(messageNames.renewException, message);
      output.result({ exception: granted.digest, sent: true }, `asked for ${shortDigest(granted.digest)} again; see steward approvals`);
    });
  },
);
