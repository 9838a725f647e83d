import { shortDigest } from '../../lifecycle/ids.js';
import { messageNames } from '../../lifecycle/messages.js';
import type { WithdrawMessage } from '../../lifecycle/messages.js';
import { command, connected } from '../command.js';
import { findOpen } from '../exceptions.js';
import { signedDecision, signing, speakerOf } from '../signing.js';
import type { SigningOptions } from '../signing.js';

/** `steward withdraw`: the requester takes a request back. */
export const withdraw = command(
  'withdraw <exception>',
  'Take your own request for an exception back; what waited for it ends without effect',
  (self) =>
    signing(self.argument('<exception>', 'digest, or its first 12 digits'))
      .option('--as <name>', 'who asked; not needed with a token')
      .option('--reason <text>', 'why'),
  (output, exception: string, options: SigningOptions & { reason?: string }) =>
    connected(async (connection) => {
      const { reason } = options;
      const speaker = speakerOf(options);
      const { workflowId, request } = await findOpen(connection, exception);
      const { digest, deadline, environment } = request;
      const about = { exception: digest, request: deadline, environment, decision: 'withdraw' as const, comment: reason };
      const statement = await signedDecision(speaker, about);
      const by = speaker.by === 'token' ? '' : (speaker.name ?? '');
      const message = { by, reason, ...(statement !== undefined && { statement }) };
      await connection.client.workflow.getHandle(workflowId).signal<[WithdrawMessage]>(messageNames.withdrawRequest, message);
      output.result(
        { exception: digest, sent: true },
        `sent for ${shortDigest(digest)}; steward status ${workflowId} tells what came of it`,
      );
    }),
);
