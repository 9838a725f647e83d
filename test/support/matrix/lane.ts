import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CellResult } from './cells.js';
import type { MatrixWorld } from './matrix-world.js';
import { takeReference } from './reference.js';
import type { Reference } from './reference.js';
import { tableOf } from './table.js';

/** Everything (`npm run test:faults`), or so much of it as every test run can afford. */
const isWhole = process.env['STEWARD_FAULT_MATRIX'] === 'whole';

/** A whole lane is half an hour of work, a sample some minutes; beside others on two cores each takes twice as long and more. */
const laneTimeoutMs = isWhole ? 7_200_000 : 1_500_000;

const folder = fileURLToPath(new URL('../../../.steward/fault-matrix', import.meta.url));

/** All in a whole run, else every n-th: always the same ones, so that a failure can be looked into. */
export const sample = <T>(all: T[], nth: number): T[] => (isWhole ? all : all.filter((_, index) => index % nth === 0));

/**
 * One test: a world and its reference are made, the cells gone through, the table printed.
 * @param open the world that it happens in
 */
export function lane(
  claim: string,
  name: string,
  open: () => Promise<MatrixWorld>,
  run: (matrix: MatrixWorld, reference: Reference, tell: Lane['tell']) => Promise<void>,
): void {
  let matrix: MatrixWorld;
  let reference: Reference;
  beforeAll(async () => {
    matrix = await open();
    reference = await takeReference(matrix);
  });
  afterAll(() => matrix.close());

  it(
    claim,
    async () => {
      const results = new Lane(name);
      await run(matrix, reference, results.tell);
      results.close();
    },
    laneTimeoutMs,
  );
}

/** Collects what came of the cells, prints it as a table, and fails on every wrong one. */
class Lane {
  private readonly results: CellResult[] = [];
  private readonly begun = Date.now();

  constructor(private readonly name: string) {}

  readonly tell = (result: CellResult): void => {
    this.results.push(result);
    const { operation, disturbance, at, ending, fault } = result;
    if (fault) process.stderr.write(`${operation}, ${disturbance}, ${at}: ${fault}\n`);
    else if (isWhole && this.results.length % PROGRESS_EVERY === 0)
      process.stderr.write(
        `${this.name}: ${this.results.length} cells in ${this.seconds} s, last ${operation}, ${disturbance}, ${at}: ${ending}\n`,
      );
  };

  /** Prints the table; in a whole run also into `.steward/fault-matrix/`. Throws when a cell has failed, or none was looked at. */
  close(): void {
    const table = tableOf(this.results);
    const text = `${this.name}: ${this.results.length} cells in ${this.seconds} s\n\n${table}\n`;
    process.stderr.write(text);
    if (isWhole) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${folder}/${this.name.replaceAll(' ', '-')}.md`, text);
    }
    expect(this.results.length).toBeGreaterThan(0);
    expect(this.results.filter(({ fault }) => fault)).toEqual([]);
  }

  private get seconds(): number {
    return Math.round((Date.now() - this.begun) / 1000);
  }
}

const PROGRESS_EVERY = 50;
