import { describe } from '@jest/globals';
import { killAtEach } from '../../support/matrix/killed.js';
import { lane, sample } from '../../support/matrix/lane.js';
import { MatrixWorld } from '../../support/matrix/matrix-world.js';

/** Lives side by side: one death of the worker is a cell of each. */
const LIVES = 8;

describe('a worker that dies at any moment', () => {
  lane(
    'changes nothing about how an operation ends: each cut of each operation',
    'worker killed',
    () => MatrixWorld.open(LIVES + 4),
    async (matrix, reference, tell) => {
      const cuts = new Map([...reference.cuts].map(([operation, all]) => [operation, sample(all, 16)]));
      await killAtEach(matrix, reference, cuts, LIVES, tell);
    },
  );
});
