import type { Remainder } from '../lifecycle/executor.js';
import type { Left, Resolver } from './compensation.js';
import type { Progress } from './progress.js';

/**
 * Answers for an operator in a rehearsal: what an undo has left is noted, then deleted with its data. All of it bears the twin's prefix,
 * so it belongs to the rehearsal; what does not go even so is left, and told.
 */
export class Sweeper implements Resolver {
  /** What the undo had left before it was deleted. */
  readonly noted: Remainder[] = [];
  /** What could not be deleted. */
  readonly kept: Remainder[] = [];

  async resolve(progress: Progress, remains: Left[], again: (step: string, deleteData: boolean) => Promise<Left[]>): Promise<Left[]> {
    progress.remains(remains);
    this.noted.push(...remains);
    const kept: Left[] = [];
    for (const step of new Set(remains.map((rest) => rest.step))) kept.push(...(await again(step, true)));
    this.kept.push(...kept);
    progress.remains([]);
    return kept;
  }
}
