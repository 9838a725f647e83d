import { messageNames } from '../../lifecycle/messages.js';
import type { WithdrawMessage } from '../../lifecycle/messages.js';
import { shortDigest } from '../../lifecycle/ids.js';
import { command, connected } from '../command.js';
import { findOpen } from '../exceptions.js';

/** `steward withdraw`: the requester takes a request back. */
export const withdraw = command(
  'withdraw <exception>',
  'Take your own request for an exception back; what waited for it ends without effect',
  (self) =>
    self
      .argument('<exception>', 'digest, or its first 12 digits')
      .requiredOption('--as <name>', 'who asked')
      .option('--reason <text>', 'why'),
  (output, exception: string, { as: by, reason }: { as: string; reason?: string }) =>
    connected(async (connection) => {
      const { workflowId, request } = await findOpen(connection, exception);
      await connection.client.workflow.getHandle(workflowId).signal<[WithdrawMessage]>(messageNames.withdrawRequest, { by, reason });
      output.result(
        { exception: request.digest, sent: true },
        `sent for ${shortDigest(request.digest)}; steward status ${workflowId} tells what came of it`,
      );
    }),
);
