import { setTimeout as delay } from 'node:timers/promises';

/** How often a condition is looked at. */
const LOOK_MS = 100;

/**
 * Waits for a condition: until `look` gives something other than false or undefined; an error that it throws counts as not yet.
 * Throws, with the last error, when it does not come true in time.
 */
export async function eventually<T>(look: () => Promise<T>, what: string, withinMs = 120_000): Promise<NonNullable<T>> {
  const end = Date.now() + withinMs;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const seen = await look();
      if (seen !== false && seen !== undefined && seen !== null) return seen;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await delay(LOOK_MS);
  }
  throw new Error(`${what}: did not come true within ${withinMs} ms`, { cause: last });
}
