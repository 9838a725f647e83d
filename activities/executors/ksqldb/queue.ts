/** The tail of what waits, by address of the cluster. */
const tails = new Map<string, Promise<unknown>>();

/**
 * Runs one piece of work at a time for each cluster in this process: of parallel statements ksqlDB runs one and fences
 * off the others. Writers in other processes are met by retrying. Work that waits leaves at once when aborted.
 */
export const oneAtATime = async <T>(url: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  const before = tails.get(url) ?? Promise.resolve();
  let leave = (): void => undefined;
  const mine = new Promise<void>((resolve) => (leave = resolve));
  const tail = before.then(() => mine);
  tails.set(url, tail);
  void tail.then(() => tails.get(url) === tail && tails.delete(url));
  try {
    await Promise.race([before, aborted(signal)]);
    signal.throwIfAborted();
    return await work();
  } finally {
    leave();
  }
};

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
