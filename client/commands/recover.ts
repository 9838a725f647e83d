import { operationWorkflowId } from '../../lifecycle/ids.js';
import type { RecoverResult } from '../../lifecycle/operations.js';
import { command, connected } from '../command.js';
import { lineKnown } from '../product.js';
import { runOperation } from '../run-operation.js';
import type { RunOptions } from '../run-operation.js';

interface Options extends RunOptions {
  environment: string;
  as?: string;
}

/** `steward recover`. */
export const recover = command(
  'recover <product>',
  'Finish or undo what an operation left that was ended from outside (every other operation does this first, too)',
  (self) =>
    self
      .argument('<product>', 'the line, the fully qualified name, an older spelling or an id')
      .option('-e, --environment <name>', 'the target', 'local')
      .option('--as <name>', 'who asks')
      .option('--wait', 'wait for an operation that runs, instead of refusing'),
  async (output, product: string, { environment, as: requestedBy, wait }: Options) => {
    const name = (await lineKnown(product)) ?? product;
    await connected((connection) =>
      runOperation<RecoverResult>(
        connection,
        output,
        {
          workflowType: 'recoverDataProduct',
          workflowId: operationWorkflowId('recover', environment, name),
          input: { product, environment, requestedBy },
          labels: { operation: 'recover', product: name, environment, requestedBy },
          summary: `recover ${name} in ${environment}`,
        },
        { wait },
        ({ state, recovered }) => (state === 'clean' ? 'clean: there is nothing to recover' : `recovered what ${recovered} had left`),
      ),
    );
  },
);
