import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { killAtEach } from '../../support/matrix/killed.js';
import { Lane, laneTimeoutMs, sample } from '../../support/matrix/lane.js';
import { MatrixWorld } from '../../support/matrix/matrix-world.js';
import { takeReference } from '../../support/matrix/reference.js';
import type { Reference } from '../../support/matrix/reference.js';

/** Lives side by side: one death of the worker is a cell of each. */
const LIVES = 8;

describe('a worker that dies at any moment', () => {
  let matrix: MatrixWorld;
  let reference: Reference;
  beforeAll(async () => {
    matrix = await MatrixWorld.open(LIVES + 4);
    reference = await takeReference(matrix);
  });
  afterAll(() => matrix.close());

  it(
    'changes nothing about how an operation ends: each cut of each operation',
    async () => {
      const lane = new Lane('worker killed');
      const cuts = new Map([...reference.cuts].map(([operation, all]) => [operation, sample(all, 9)]));
      await killAtEach(matrix, reference, cuts, LIVES, lane.tell);
      lane.close();
    },
    laneTimeoutMs,
  );
});
