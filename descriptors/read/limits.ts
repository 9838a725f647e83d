/** Limits of reading (R107): far above any descriptor seen, low enough that a hostile one costs little. */
export const MAX_DOCUMENT_BYTES = 1024 * 1024;
export const MAX_DOCUMENTS = 200;
export const MAX_REFERENCE_DEPTH = 16;
/** Nodes of one document after its aliases are expanded. */
export const MAX_NODES = 100_000;
/** Nesting of one document. */
export const MAX_NESTING = 100;
/** Nodes of the whole tree when every reference is resolved: a small file can refer to a large one many times. */
export const MAX_TREE_NODES = 300_000;

/** Thrown when a tree outgrows its limit. */
export class TooLarge extends Error {}

/** Counts the nodes that resolving makes. */
export class Budget {
  private left = MAX_TREE_NODES;

  spend(nodes: number): void {
    this.left -= nodes;
    if (this.left < 0) throw new TooLarge(`more than ${MAX_TREE_NODES} nodes when all references are resolved`);
  }
}
