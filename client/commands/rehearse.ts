import { operationWorkflowId } from '../../lifecycle/ids.js';
import type { RehearsalResult } from '../../lifecycle/operations.js';
import { ask } from '../ask.js';
import type { AskOptions } from '../ask.js';
import { colours } from '../colours.js';
import { command } from '../command.js';
import { lineKnown } from '../product.js';
import { withProof } from '../proof.js';
import { withRun } from '../run-options.js';

interface Options extends AskOptions {
  environment: string;
  from?: string;
  reason?: string;
  ticket?: string;
}

/** `steward rehearse`: an operation and its undo, under names of their own. */
export const rehearse = command(
  'rehearse <product> [version]',
  'Prove that a deploy (or, with --from, an upgrade) can be undone: do it under a name prefix, undo it, compare',
  (self) =>
    withRun(withProof(self))
      .argument('<product>', 'the line, the fully qualified name, an older spelling or an id')
      .argument('[version]', 'default: the newest registered one')
      .option('-e, --environment <name>', 'the environment in whose twin it happens', 'local')
      .option('--from <version>', 'rehearse the upgrade from this version')
      .option('--as <name>', 'who asks (a label, unless the environment can establish it)')
      .option('--reason <text>', 'why')
      .option('--ticket <text>', 'where the change is written down'),
  async (output, product: string, version: string | undefined, options: Options) => {
    const { environment, from, as: requestedBy, reason, ticket } = options;
    const name = (await lineKnown(product)) ?? product;
    const what = from === undefined ? `the deploy of ${version ?? 'the newest version'}` : `${from} → ${version ?? 'the newest version'}`;
    await ask<RehearsalResult>(
      output,
      {
        workflowType: 'rehearseDataProduct',
        workflowId: operationWorkflowId('rehearse', environment, name),
        input: { product, version, from, environment, requestedBy, reason, ticket },
        labels: { operation: 'rehearse', product: name, environment, requestedBy },
        summary: `rehearse ${what} of ${name} for ${environment}`,
      },
      options,
      describe,
    );
  },
);

function describe({ rehearsed, product, from, version, environment, compared, unproven }: RehearsalResult): string {
  const what = from === undefined ? `the ${rehearsed} of ${version}` : `the ${rehearsed} from ${from} to ${version}`;
  return [
    ...unproven.map(({ reason }) => `  ${colours.yellow('not rehearsed')}: ${reason}`),
    `rehearsed: ${what} of ${product} for ${environment} can be undone; ${compared} thing(s) were there, and all is as it was`,
  ].join('\n');
}
