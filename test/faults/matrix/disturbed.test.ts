import { describe } from '@jest/globals';
import { cellsOf, disturb } from '../../support/matrix/disturbed.js';
import { disturbances } from '../../support/matrix/disturbances.js';
import { lane, sample } from '../../support/matrix/lane.js';
import { MatrixWorld } from '../../support/matrix/matrix-world.js';

const LIVES = 6;

describe('whatever fails, is cancelled, ended by force or cut off, at any moment', () => {
  lane(
    'leaves an operation done, or the world as before, or a list of what remains that leads to one of them',
    'disturbed',
    () => MatrixWorld.open(LIVES),
    (matrix, reference, tell) => disturb(matrix, reference, sample(cellsOf(reference, disturbances), 20), LIVES, tell),
  );
});
