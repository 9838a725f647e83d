import { operationWorkflowId } from '../../lifecycle/ids.js';
import type { RecoverResult } from '../../lifecycle/operations.js';
import { ask } from '../ask.js';
import type { AskOptions } from '../ask.js';
import { command } from '../command.js';
import { lineKnown } from '../product.js';
import { withProof } from '../proof.js';

interface Options extends AskOptions {
  environment: string;
  ticket?: string;
}

/** `steward recover`. */
export const recover = command(
  'recover <product>',
  'Finish or undo what an operation left that was ended from outside (every other operation does this first, too)',
  (self) =>
    withProof(self)
      .argument('<product>', 'the line, the fully qualified name, an older spelling or an id')
      .option('-e, --environment <name>', 'the target', 'local')
      .option('--as <name>', 'who asks')
      .option('--ticket <text>', 'where the change is written down; some policies ask for one')
      .option('--wait', 'wait for an operation that runs, instead of refusing'),
  async (output, product: string, options: Options) => {
    const { environment, as: requestedBy, ticket } = options;
    const name = (await lineKnown(product)) ?? product;
    await ask<RecoverResult>(
      output,
      {
        workflowType: 'recoverDataProduct',
        workflowId: operationWorkflowId('recover', environment, name),
        input: { product, environment, requestedBy, ticket },
        labels: { operation: 'recover', product: name, environment, requestedBy },
        summary: `recover ${name} in ${environment}`,
      },
      options,
      ({ state, recovered }) => (state === 'clean' ? 'clean: there is nothing to recover' : `recovered what ${recovered} had left`),
    );
  },
);
