import { evidenceKey, evidencePrefix, shortDigest } from '../lifecycle/ids.js';
import { Failure } from '../lifecycle/failures.js';
import { canonicalJson, digestOf } from './digest.js';
import type { ObjectStore } from './object-store.js';
import { parseStored } from './record.js';

/** What operations leave behind for good: never changed, never deleted. */
export interface Evidence {
  /**
   * Writes once and returns the key. The same evidence again gives the same key; other evidence of the same moment and operation
   * (another environment) gets a key of its own. `at` is an ISO 8601 time in UTC, so that keys sort by time.
   */
  write(line: string, at: string, operation: string, value: unknown): Promise<string>;
  /** Keys of a product's evidence, oldest first. */
  list(line: string): Promise<string[]>;
  /** Throws NotFound. */
  read<T = unknown>(key: string): Promise<T>;
}

export function createEvidence(store: ObjectStore): Evidence {
  return {
    write: async (line, at, operation, value) => {
      const bytes = canonicalJson(value);
      const key = evidenceKey(line, at, operation);
      if (await store.create(key, bytes, 'application/json')) return key;
      const found = await store.get(key);
      if (found !== undefined && Buffer.from(found.bytes).equals(bytes)) return key;
      const own = evidenceKey(line, at, `${operation}-${shortDigest(digestOf(bytes))}`);
      await store.create(own, bytes, 'application/json');
      return own;
    },
    list: (line) => store.keys(evidencePrefix(line)),
    read: async <T>(key: string) => {
      const found = await store.get(key);
      if (found === undefined) throw new Failure('NotFound', `${store.name}: there is no evidence ${key}.`);
      return parseStored<T>(store, key, found.bytes);
    },
  };
}
