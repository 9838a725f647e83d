import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { amidTerraform } from '../../support/matrix/cuts.js';
import { deepProduct } from '../../support/matrix/deep-product.js';
import { killAtEach } from '../../support/matrix/killed.js';
import { Lane, laneTimeoutMs, sample } from '../../support/matrix/lane.js';
import { MatrixWorld } from '../../support/matrix/matrix-world.js';
import { takeReference } from '../../support/matrix/reference.js';
import type { Reference } from '../../support/matrix/reference.js';

/** Two at a time: each has topics, jobs and a Terraform of its own. */
const LIVES = 2;

describe('a worker that dies while topics, schemas and Flink jobs are made or taken away', () => {
  let matrix: MatrixWorld;
  let reference: Reference;
  beforeAll(async () => {
    matrix = await MatrixWorld.open(LIVES + 2, deepProduct);
    reference = await takeReference(matrix);
  });
  afterAll(() => matrix.close());

  it(
    'changes nothing about the end: each effect, with its Terraform left running and killed too',
    async () => {
      const lane = new Lane('deep, worker killed');
      const isOfEffect = ({ kind, of }: { kind: string; of: string }): boolean =>
        /\.(apply|revert) /.test(of) && ['taken', 'effect'].includes(kind);
      const cuts = new Map(
        [...reference.cuts].map(([operation, all]) => [operation, sample([...amidTerraform(all), ...all.filter(isOfEffect)], 6)]),
      );
      await killAtEach(matrix, reference, cuts, LIVES, lane.tell);
      lane.close();
    },
    laneTimeoutMs,
  );
});
