import { Failure } from '../../lifecycle/failures.js';
import { shortDigest } from '../../lifecycle/ids.js';
import { messageNames } from '../../lifecycle/messages.js';
import type { RenewMessage } from '../../lifecycle/messages.js';
import { command, connected } from '../command.js';
import { findRunning } from '../exceptions.js';
import { signedDecision, signing, speakerOf } from '../signing.js';
import type { SigningOptions } from '../signing.js';

interface Options extends SigningOptions {
  reason?: string;
  ticket?: string;
}

/** `steward renew`: asks for a granted exception once more, before it runs out. */
export const renew = command(
  'renew <exception>',
  'Ask for a granted exception once more before it runs out; the same people decide, and what was granted holds meanwhile',
  (self) =>
    signing(self.argument('<exception>', 'digest, or its first 12 digits (steward exceptions)'))
      .option('--as <name>', 'who asks; not needed with a token')
      .option('--reason <text>', 'why it is still needed')
      .option('--ticket <text>', 'where that is written down'),
  (output, exception: string, options: Options) =>
    connected(async (connection) => {
      const { reason, ticket } = options;
      const speaker = speakerOf(options);
      const { workflowId, status } = await findRunning(connection, exception);
      const granted = status?.granted;
      if (workflowId === undefined || !granted)
        throw new Failure('DecisionRefused', `nothing is granted under ${exception} that could be renewed; see steward exceptions`);
      if (status.awaiting.length > 0) throw new Failure('DecisionRefused', `${exception} is asked again already; see steward approvals`);
      const { digest } = granted;
      const [, environment = ''] = workflowId.split(':');
      const request = status.request?.deadline ?? '';
      const statement = await signedDecision(speaker, { exception: digest, request, environment, decision: 'renew', comment: reason });
      const by = speaker.by === 'token' ? '' : (speaker.name ?? '');
      const message = { by, reason, ticket, ...(statement !== undefined && { statement }) };
      await connection.client.workflow.getHandle(workflowId).signal<[RenewMessage]>(messageNames.renewException, message);
      output.result({ exception: digest, sent: true }, `asked for ${shortDigest(digest)} again; see steward approvals`);
    }),
);
