import { describe } from '@jest/globals';
import { deepProduct } from '../../support/matrix/deep-product.js';
import { cellsOf, disturb } from '../../support/matrix/disturbed.js';
import { deepDisturbances } from '../../support/matrix/disturbances.js';
import { lane, sample } from '../../support/matrix/lane.js';
import { MatrixWorld } from '../../support/matrix/matrix-world.js';

/** Two at a time: each has topics and jobs of its own. */
const LIVES = 2;

describe('whatever fails, is cancelled or cut off while topics, schemas and Flink jobs are made or taken away', () => {
  lane(
    'leaves an operation done, or the world as before, or a list of what remains that leads to one of them',
    'deep, disturbed',
    () => MatrixWorld.open(LIVES + 2, deepProduct),
    (matrix, reference, tell) => disturb(matrix, reference, sample(cellsOf(reference, deepDisturbances), 24), LIVES, tell),
  );
});
