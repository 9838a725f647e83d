import { describe } from '@jest/globals';
import { amidTerraform } from '../../support/matrix/cuts.js';
import type { Cut } from '../../support/matrix/cuts.js';
import { deepProduct } from '../../support/matrix/deep-product.js';
import { killAtEach } from '../../support/matrix/killed.js';
import { lane, sample } from '../../support/matrix/lane.js';
import { MatrixWorld } from '../../support/matrix/matrix-world.js';

/** Two at a time: each has topics, jobs and a Terraform of its own. */
const LIVES = 2;

const isOfEffect = ({ kind, of }: Cut): boolean => /\.(apply|revert) /.test(of) && ['taken', 'effect'].includes(kind);

describe('a worker that dies while topics, schemas and Flink jobs are made or taken away', () => {
  lane(
    'changes nothing about the end: each effect, with its Terraform left running and killed too',
    'deep, worker killed',
    () => MatrixWorld.open(LIVES + 2, deepProduct),
    async (matrix, reference, tell) => {
      const cuts = [...reference.cuts].map(
        ([operation, all]) => [operation, sample([...amidTerraform(all), ...all.filter(isOfEffect)], 12)] as const,
      );
      await killAtEach(matrix, reference, new Map(cuts), LIVES, tell);
    },
  );
});
