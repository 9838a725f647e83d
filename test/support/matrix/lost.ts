import { difference } from './cells.js';
import type { CellResult } from './cells.js';
import type { Cut } from './cuts.js';
import { recoverBy } from './disturbances.js';
import type { MatrixWorld } from './matrix-world.js';
import { end, operations, start } from './operations.js';
import type { Operation } from './operations.js';
import type { Reference } from './reference.js';
import { register } from '../operations.js';

/**
 * While several runs of an operation stand at cuts, the worker dies and Temporal forgets everything: what recovers has the operation
 * record, blobs and evidence alone. The world has to be as it was before, or as it was to be.
 * @param cuts each once
 */
export async function loseTemporalAtEach(
  matrix: MatrixWorld,
  reference: Reference,
  operation: Operation,
  cuts: Cut[],
  lives: number,
  tell: (result: CellResult) => void,
): Promise<void> {
  const left = [...cuts];
  while (left.length > 0) {
    const begun = Date.now();
    const cells = left.splice(0, lives).map((cut) => ({ cut, product: matrix.product() }));
    const products = cells.map(({ product }) => product);
    for (const earlier of operations.slice(0, operations.indexOf(operation)).filter(({ from, to }) => from !== to)) {
      await Promise.all(products.map(async (product) => end(matrix, await start(matrix, earlier, product))));
      if (earlier.from === 'unknown') await register(matrix.world, ...products.map((product) => product['1.1.0']));
    }
    const stops = cells.map(({ cut, product }) => matrix.stops.stopAt(operation.workflowId(product), cut));
    const handles = await Promise.all(products.map((product) => start(matrix, operation, product)));
    let over = 0;
    const asked = handles.map((handle) =>
      end(matrix, handle)
        .finally(() => over++)
        .catch(() => undefined),
    );
    await matrix.stops.allReached(stops, () => over);
    await matrix.kill();
    await Promise.all(handles.map((handle) => handle.terminate('Temporal is about to forget it').catch(() => undefined)));
    await Promise.all(asked);
    matrix.stops.clear(...handles.map(({ workflowId }) => workflowId));
    await matrix.world.forget();
    await matrix.restart();
    const seconds = (Date.now() - begun) / 1000 / cells.length;
    for (const [index, { cut, product }] of cells.entries()) {
      const at = `${cut.kind} ${cut.of}`;
      const told = { operation: operation.name, disturbance: "Temporal's data lost", at, seconds };
      if (!stops[index]!.reached) {
        tell({ ...told, fault: 'ended before its cut' });
        continue;
      }
      const { ended, message } = await recoverBy(matrix, product);
      const before = await difference(matrix, reference, product, operation.from);
      const after = before === undefined ? before : await difference(matrix, reference, product, operation.to);
      if (before !== undefined && after !== undefined) tell({ ...told, fault: `recover ended as ${ended}: ${message}; ${before}` });
      else tell({ ...told, ending: before === undefined ? 'compensated' : 'same end' });
    }
  }
}
