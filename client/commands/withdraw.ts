import { SENT_AT_ONCE_S } from '../../identity/index.js';
import { messageNames } from '../../lifecycle/messages.js';
import type { WithdrawMessage } from '../../lifecycle/messages.js';
import { shortDigest } from '../../lifecycle/ids.js';
import { command, connected } from '../command.js';
import { findOpen } from '../exceptions.js';
import { proofOf, withProof } from '../proof.js';
import type { ProofOptions } from '../proof.js';
import { decisionStatement, readStatement } from '../statement.js';
import { UsageFailure } from '../usage.js';

interface Options extends ProofOptions {
  reason?: string;
}

/** `steward withdraw`: the requester takes a request back. */
export const withdraw = command(
  'withdraw <exception>',
  'Take your own request for an exception back; what waited for it ends without effect',
  (self) =>
    withProof(self.argument('<exception>', 'digest, or its first 12 digits').option('--as <name>', 'who asked')).option(
      '--reason <text>',
      'why',
    ),
  async (output, exception: string, { reason, ...who }: Options) => {
    const proof = await proofOf(who);
    if (proof.by !== 'token' && !proof.name) throw new UsageFailure('who has asked? Name it: --as <name>');
    if (proof.by === 'token' && who.as !== undefined) throw new UsageFailure('--as says nothing beside a token: that says who asks');
    await connected(async (connection) => {
      const { workflowId, request } = await findOpen(connection, exception);
      const statement = await decisionStatement(proof, request, { decision: 'withdraw', comment: reason }, SENT_AT_ONCE_S);
      const by = statement === undefined ? who.as! : readStatement(statement).name;
      const message = { by, reason, ...(statement !== undefined && { statement }) };
      await connection.client.workflow.getHandle(workflowId).signal<[WithdrawMessage]>(messageNames.withdrawRequest, message);
      output.result(
        { exception: request.digest, sent: true },
        `sent for ${shortDigest(request.digest)}; steward status ${workflowId} tells what came of it`,
      );
    });
  },
);
