import { resultKey } from '../lifecycle/ids.js';
import { canonicalJson, digestOf } from './digest.js';
import type { ObjectStore } from './object-store.js';
import { parseStored } from './record.js';

/** Results of steps by their idempotency key: the same key has the same result, whoever asks and however often. */
export interface Results {
  /** Undefined = no result yet. */
  get<T = unknown>(key: string): Promise<T | undefined>;
  /** The first result stands and is returned. */
  put<T>(key: string, value: T): Promise<T>;
}

/** The key is kept beside the value, because its place is only a hash of it. */
interface StoredResult {
  key: string;
  value: unknown;
}

export function createResults(store: ObjectStore): Results {
  const get = async <T>(key: string): Promise<T | undefined> => {
    const place = resultKey(digestOf(key));
    const found = await store.get(place);
    return found && (parseStored<StoredResult>(store, place, found.bytes).value as T);
  };
  return {
    get,
    put: async (key, value) => {
      const bytes = canonicalJson({ key, value } satisfies StoredResult);
      if (await store.create(resultKey(digestOf(key)), bytes, 'application/json')) return value;
      return (await get(key)) ?? value;
    },
  };
}
