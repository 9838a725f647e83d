import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CellResult } from '../support/matrix/cells.js';
import { cellsOf, disturb } from '../support/matrix/disturbed.js';
import { disturbances } from '../support/matrix/disturbances.js';
import { killAtEach } from '../support/matrix/killed.js';
import { MatrixWorld } from '../support/matrix/matrix-world.js';
import { takeReference } from '../support/matrix/reference.js';
import type { Reference } from '../support/matrix/reference.js';

describe('whatever is done to an operation, wherever', () => {
  let matrix: MatrixWorld;
  let reference: Reference;
  const results: CellResult[] = [];
  beforeAll(async () => {
    matrix = await MatrixWorld.open(12);
    reference = await takeReference(matrix);
  });
  afterAll(() => matrix.close());

  const t0 = Date.now();
  const tell = (r: CellResult): void => {
    results.push(r);
    process.stderr.write(
      `${((Date.now() - t0) / 1000).toFixed(0)} ${r.operation} | ${r.disturbance} | ${r.at} | ${r.ending ?? ''} ${r.fault ? `FAULT ${r.fault}` : ''} ${r.seconds.toFixed(1)}\n`,
    );
  };

  it('a worker that is killed changes nothing about its end', async () => {
    if (process.env['LANE'] !== 'kill') return;
    await killAtEach(matrix, reference, reference.cuts, 8, tell);
    expect(results.filter(({ fault }) => fault)).toEqual([]);
  }, 3_600_000);

  it('disturbed', async () => {
    if (process.env['LANE'] !== 'disturb') return;
    const cells = cellsOf(reference, disturbances);
    process.stderr.write(`${cells.length} cells\n`);
    await disturb(matrix, reference, cells, 6, tell);
    expect(results.filter(({ fault }) => fault)).toEqual([]);
  }, 3_600_000);
});
