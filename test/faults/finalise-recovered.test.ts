import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operationWorkflowId } from '../../lifecycle/ids.js';
import { recoverBy } from '../support/matrix/disturbances.js';
import { MatrixWorld } from '../support/matrix/matrix-world.js';
import type { QuickProduct } from '../support/matrix/matrix-world.js';
import { end } from '../support/matrix/operations.js';
import { begin, register } from '../support/operations.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import type { StewardWorld } from '../support/steward-world.js';

describe('an operation that has begun to delete, and whose run is ended by force', () => {
  let matrix: MatrixWorld;
  beforeAll(async () => void (matrix = await MatrixWorld.open(2, sizedProduct)));
  afterAll(() => matrix.close());

  it.each(['apply', 'finalise'])(
    'is finished by recover, what only a look amid it could know included (stopped before its %s)',
    async (phase) => {
      const { world } = matrix;
      const product = matrix.product();
      await register(world, product['1.0.0']);
      await register(world, product['1.1.0']);
      expect(await end(matrix, await begin(world, 'deploy', product['1.0.0']))).toMatchObject({ ended: 'deployed' });
      expect(await sinkOf(product)).toEqual(['terraform_data.part', 'terraform_data.rest']);

      const workflowId = operationWorkflowId('upgrade', 'local', product.line);
      const nth = phase === 'apply' ? '' : ' #2';
      const stop = matrix.stops.stopAt(workflowId, {
        kind: 'taken',
        of: `terraform.apply infrastructure:sink:provision${nth}`,
        events: [],
      });
      const run = await begin(world, 'upgrade', product['1.1.0']);
      await matrix.stops.allReached([stop], () => 0);
      await run.terminate('by force');
      stop.release();
      matrix.stops.clear(workflowId);

      expect(await recoverBy(matrix, product)).toMatchObject({ ended: 'recovered' });
      const record = (await world.catalog.environments.read(product.line, 'local'))!.record;
      expect(record.operation).toBeUndefined();
      expect(record.instances['1']).toMatchObject({ version: phase === 'apply' ? '1.0.0' : '1.1.0' });
      expect(await sinkOf(product)).toEqual(phase === 'apply' ? ['terraform_data.part', 'terraform_data.rest'] : ['terraform_data.part']);
    },
  );

  /** What the state of its second infrastructure holds. */
  const sinkOf = async (product: QuickProduct): Promise<string[]> => {
    const { states } = await matrix.snapshot(product);
    return Object.entries(states).find(([key]) => key.includes('sink') && key.endsWith('.tfstate'))?.[1] ?? [];
  };
});

/**
 * A product with two infrastructures. In 1.1.0 the second one needs a number that the first one gives from then on, so that nobody can plan
 * before that is there that a resource of it goes.
 */
function sizedProduct(world: StewardWorld, name: string, version: string): SmallProduct {
  const later = version !== '1.0.0';
  const configurations = { TF_VAR_size: later ? '${output:store.size}' : 1 };
  const more = { sink: { after: 'store', configurations, terraform: sink(later) } };
  return smallProduct(world, name, { version, terraform: store(version, later), more });
}

const store = (version: string, later: boolean): string => `variable "topic_prefix" {
  type = string
}
resource "terraform_data" "kept" {
  input = "\${var.topic_prefix}${version}"
}
${later ? 'output "size" {\n  value = length(terraform_data.kept.output)\n}\n' : ''}`;

const sink = (later: boolean): string => `variable "size" {
  type = number
}
resource "terraform_data" "part" {
  input = var.size
}
${later ? '' : 'resource "terraform_data" "rest" {\n  input = "rest"\n}\n'}`;
