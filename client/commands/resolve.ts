import { Option } from 'commander';
import { messageNames } from '../../lifecycle/messages.js';
import type { ResolveCompensationMessage } from '../../lifecycle/messages.js';
import { command, connected } from '../command.js';

/** A live worker takes the message within seconds; how long an undo then takes is the system's affair. */
const ACCEPTED_WITHIN_MS = 15_000;

interface Options {
  action: ResolveCompensationMessage['action'];
  as: string;
  reason?: string;
}

/** `steward resolve`: what an operator says about a step that could not be undone. Waits for the answer: `resolved` or `still there`. */
export const resolve = command(
  'resolve <id> <step>',
  'Say what to do about a step that could not be undone (steward status <id> lists what remains)',
  (self) =>
    self
      .argument('<id>', 'workflow id of the operation that needs an operator')
      .argument('<step>', 'the step, as listed')
      .addOption(
        new Option('--action <action>', 'retry: undo again; skip, keep: leave it; delete: undo again although data is lost')
          .choices(['retry', 'skip', 'keep', 'delete'])
          .makeOptionMandatory(),
      )
      .requiredOption('--as <name>', 'who decides')
      .option('--reason <text>', 'why'),
  (output, id: string, step: string, { action, as: operator, reason }: Options) =>
    connected(async ({ client }) => {
      const message: ResolveCompensationMessage = { step, action, operator, reason };
      const update = await client.withDeadline(Date.now() + ACCEPTED_WITHIN_MS, () =>
        client.workflow.getHandle(id).startUpdate<string, [ResolveCompensationMessage]>(messageNames.resolveCompensation, {
          args: [message],
          waitForStage: 'ACCEPTED',
        }),
      );
      const answer = await update.result();
      output.result({ workflowId: id, step, answer }, `${step}: ${answer}`);
    }),
);
