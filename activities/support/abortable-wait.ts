import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** Milliseconds between two looks. */
  everyMs: number;
  /** Milliseconds after which the wait is given up. */
  withinMs: number;
  signal?: AbortSignal;
}

/** Looks until there is something (not `undefined`) or the time is up (`undefined`). Throws the signal's reason when aborted. */
export async function waitUntil<T>(look: () => Promise<T | undefined>, { everyMs, withinMs, signal }: WaitOptions): Promise<T | undefined> {
  const end = performance.now() + withinMs;
  for (;;) {
    signal?.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() + everyMs > end) return undefined;
    await delay(everyMs, undefined, { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  }
}
