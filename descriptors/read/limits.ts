/** Limits of reading (R107): far above any descriptor seen, low enough that a hostile one costs little. */
export const MAX_DOCUMENTS = 200;
/** All documents of a descriptor together; each alone is limited where it is read. A bundle may hold more: templates, programs. */
export const MAX_TOTAL_BYTES = 16 * 1024 * 1024;
export const MAX_REFERENCE_DEPTH = 16;
/** Nodes that references repeat, beyond those that the documents hold: a small file can refer to a large one many times. */
export const MAX_REPEATED_NODES = 300_000;

/** Thrown when a tree outgrows its limit. */
export class TooLarge extends Error {}

/** Counts the nodes that resolving makes, against those that were read. */
export class Budget {
  private left = MAX_REPEATED_NODES;

  earn(nodes: number): void {
    this.left += nodes;
  }

  spend(nodes: number): void {
    this.left -= nodes;
    if (this.left < 0) throw new TooLarge(`references repeat more than ${MAX_REPEATED_NODES} nodes`);
  }
}
