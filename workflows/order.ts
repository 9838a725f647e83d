import { CancellationScope } from '@temporalio/workflow';

interface Node {
  id: string;
  after: string[];
}

/**
 * Runs steps in the order that `after` asks, independent ones together. `nodes` come in such an order.
 * The first failure cancels what runs, waits until all of it has ended, and is thrown: nothing runs behind a compensation.
 */
export async function inOrder<N extends Node>(nodes: N[], perform: (node: N) => Promise<void>): Promise<void> {
  const scope = new CancellationScope({ cancellable: true });
  let first: { error: unknown } | undefined;
  await scope.run(async () => {
    const runs = new Map<string, Promise<void>>();
    for (const node of nodes) {
      runs.set(
        node.id,
        (async () => {
          await Promise.all(node.after.map((id) => runs.get(id)));
          if (first) return;
          try {
            await perform(node);
          } catch (error) {
            if (!first) {
              first = { error };
              scope.cancel();
            }
          }
        })(),
      );
    }
    await Promise.all(runs.values());
  });
  if (first) throw first.error;
}

/** The same edges backwards: what was built last goes first. */
export const reversed = <N extends Node>(nodes: N[]): N[] =>
  [...nodes].reverse().map((node) => ({ ...node, after: nodes.filter((other) => other.after.includes(node.id)).map((other) => other.id) }));
