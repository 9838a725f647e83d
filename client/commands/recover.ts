import { Failure } from '../../lifecycle/failures.js';
import { operationWorkflowId, twinOf } from '../../lifecycle/ids.js';
import type { RecoverResult } from '../../lifecycle/operations.js';
import { ask } from '../ask.js';
import type { AskOptions } from '../ask.js';
import { withCatalog } from '../catalog.js';
import { command } from '../command.js';
import type { Output } from '../output.js';
import { lineKnown } from '../product.js';
import { withProof } from '../proof.js';
import { withRun } from '../run-options.js';
import { secondsOf } from '../../lifecycle/time.js';
import { unfinishedIn } from '../unfinished.js';

interface Options extends AskOptions {
  list?: boolean;
  environment: string;
  ticket?: string;
}

/** `steward recover`. */
export const recover = command(
  'recover [product]',
  'Finish or undo what an operation left that was ended from outside (every other operation does this first, too)',
  (self) =>
    withRun(withProof(self))
      .argument('[product]', 'the line, the fully qualified name, an older spelling or an id')
      .option('--list', 'change nothing: list what the catalog says is under way or announced, all products')
      .option('-e, --environment <name>', 'the target', 'local')
      .option('--as <name>', 'who asks')
      .option('--ticket <text>', 'where the change is written down; some policies ask for one'),
  async (output, product: string | undefined, options: Options) => {
    if (options.list) return list(output);
    if (product === undefined) throw new Failure('InvalidInput', 'say which product is to be recovered; steward recover --list lists them');
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

/** Told from the catalog, so that it can be told when Temporal has lost everything. */
const list = (output: Output): Promise<void> =>
  withCatalog(async (catalog) => {
    const found = await unfinishedIn(catalog);
    const lines = [
      ...found.held.map(
        ({ product, environment, operation, phase, since, workflowId, namespace }) =>
          `${product} in ${environment}: ${operation} is ${phase} since ${secondsOf(since)}\n    ${workflowId}${namespace ? ` in namespace ${namespace}` : ''}; unless it is at work: ${twinOf(environment) ? `the next steward rehearse ${product} clears it` : `steward recover ${product} -e ${environment}`}`,
      ),
      ...found.announced.map(
        ({ product, environment, version, sunset, workflowId }) =>
          `${product} ${version} in ${environment}: announced to go on ${secondsOf(sunset)}\n    by ${workflowId}; unless it waits: steward retire ${product} ${version} -e ${environment}`,
      ),
    ];
    output.result(found, lines.join('\n') || 'nothing is under way and nothing is announced');
  });
