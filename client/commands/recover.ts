import { operationWorkflowId } from '../../lifecycle/ids.js';
import type { RecoverResult } from '../../lifecycle/operations.js';
import { command, connected } from '../command.js';
import { lineKnown } from '../product.js';
import { runOperation } from '../run-operation.js';
import type { RunOptions } from '../run-operation.js';
import { signedInput, signing, speakerOf } from '../signing.js';
import type { SigningOptions } from '../signing.js';

interface Options extends RunOptions, SigningOptions {
  environment: string;
}

/** `steward recover`. */
export const recover = command(
  'recover <product>',
  'Finish or undo what an operation left that was ended from outside (every other operation does this first, too)',
  (self) =>
    signing(self.argument('<product>', 'the line, the fully qualified name, an older spelling or an id'))
      .option('-e, --environment <name>', 'the target', 'local')
      .option('--as <name>', 'who asks')
      .option('--wait', 'wait for an operation that runs, instead of refusing'),
  async (output, product: string, options: Options) => {
    const { environment, as: requestedBy, wait } = options;
    const name = (await lineKnown(product)) ?? product;
    const input = await signedInput(speakerOf(options), 'recover', environment, { product, environment, requestedBy });
    await connected((connection) =>
      runOperation<RecoverResult>(
        connection,
        output,
        {
          workflowType: 'recoverDataProduct',
          workflowId: operationWorkflowId('recover', environment, name),
          input,
          labels: { operation: 'recover', product: name, environment, requestedBy },
          summary: `recover ${name} in ${environment}`,
        },
        { wait },
        ({ state, recovered }) => (state === 'clean' ? 'clean: there is nothing to recover' : `recovered what ${recovered} had left`),
      ),
    );
  },
);
