import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { Lane, laneTimeoutMs, sample } from '../../support/matrix/lane.js';
import { loseTemporalAtEach } from '../../support/matrix/lost.js';
import { MatrixWorld } from '../../support/matrix/matrix-world.js';
import { takeReference } from '../../support/matrix/reference.js';
import type { Reference } from '../../support/matrix/reference.js';

const LIVES = 6;

describe('Temporal that has forgotten everything, at any moment', () => {
  let matrix: MatrixWorld;
  let reference: Reference;
  beforeAll(async () => {
    matrix = await MatrixWorld.open(LIVES);
    reference = await takeReference(matrix);
  });
  afterAll(() => matrix.close());

  it(
    'does not keep recover from bringing the world to rest, by record, blobs and evidence alone',
    async () => {
      const lane = new Lane('Temporal lost');
      for (const [operation, cuts] of reference.cuts) {
        if (!['deploy', 'upgrade', 'retire'].includes(operation.name)) continue;
        const effects = cuts.filter(({ kind }) => kind === 'effect');
        await loseTemporalAtEach(matrix, reference, operation, sample(effects, 6), LIVES, lane.tell);
      }
      lane.close();
    },
    laneTimeoutMs,
  );
});
