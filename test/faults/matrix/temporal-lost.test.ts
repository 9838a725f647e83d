import { describe } from '@jest/globals';
import { lane, sample } from '../../support/matrix/lane.js';
import { loseTemporalAtEach } from '../../support/matrix/lost.js';
import { MatrixWorld } from '../../support/matrix/matrix-world.js';

const LIVES = 6;

describe('Temporal that has forgotten everything, at any moment', () => {
  lane(
    'does not keep recover from bringing the world to rest, by record, blobs and evidence alone',
    'Temporal lost',
    () => MatrixWorld.open(LIVES),
    async (matrix, reference, tell) => {
      for (const [operation, cuts] of reference.cuts) {
        if (!['deploy', 'upgrade', 'retire'].includes(operation.name)) continue;
        const effects = cuts.filter(({ kind }) => kind === 'effect');
        await loseTemporalAtEach(matrix, reference, operation, sample(effects, 9), LIVES, tell);
      }
    },
  );
});
