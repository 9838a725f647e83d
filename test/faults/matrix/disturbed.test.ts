import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { cellsOf, disturb } from '../../support/matrix/disturbed.js';
import { disturbances } from '../../support/matrix/disturbances.js';
import { Lane, laneTimeoutMs, sample } from '../../support/matrix/lane.js';
import { MatrixWorld } from '../../support/matrix/matrix-world.js';
import { takeReference } from '../../support/matrix/reference.js';
import type { Reference } from '../../support/matrix/reference.js';

const LIVES = 6;

describe('whatever fails, is cancelled, ended by force or cut off, at any moment', () => {
  let matrix: MatrixWorld;
  let reference: Reference;
  beforeAll(async () => {
    matrix = await MatrixWorld.open(LIVES);
    reference = await takeReference(matrix);
  });
  afterAll(() => matrix.close());

  it(
    'leaves an operation done, or the world as before, or a list of what remains that leads to one of them',
    async () => {
      const lane = new Lane('disturbed');
      await disturb(matrix, reference, sample(cellsOf(reference, disturbances), 11), LIVES, lane.tell);
      lane.close();
    },
    laneTimeoutMs,
  );
});
