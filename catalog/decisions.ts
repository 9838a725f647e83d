import pMap from 'p-map';
import { environmentsPrefix, exceptionKey, exceptionsPrefix, isExceptionKey } from '../lifecycle/ids.js';
import type { ExceptionRecord } from '../lifecycle/records.js';
import { canonicalJson } from './digest.js';
import type { ObjectStore } from './object-store.js';
import { parseStored } from './record.js';

/** Reads of one list at a time. */
const LIST_CONCURRENCY = 8;

/** Decisions on exceptions, by the digest of what was decided. */
export interface Exceptions {
  /** The first decision on a request stands: returns what is recorded, which is another record than the given one when that came too late. */
  write(record: ExceptionRecord): Promise<ExceptionRecord>;
  /** All decisions of one product in one environment. */
  list(line: string, environment: string): Promise<ExceptionRecord[]>;
  /** All decisions of one product, registrations included. */
  listAll(line: string): Promise<ExceptionRecord[]>;
}

export function createExceptions(store: ObjectStore): Exceptions {
  const read = async (key: string): Promise<ExceptionRecord | undefined> => {
    const found = await store.get(key);
    return found && parseStored<ExceptionRecord>(store, key, found.bytes);
  };
  const readAll = async (keys: string[]): Promise<ExceptionRecord[]> => {
    const found = await pMap(keys, read, { concurrency: LIST_CONCURRENCY });
    return found.filter((record) => record !== undefined);
  };
  return {
    write: async (record) => {
      const key = exceptionKey(record.line, record.environment, record.digest, record.request);
      if (await store.create(key, canonicalJson(record), 'application/json')) return record;
      return (await read(key)) ?? record;
    },
    list: async (line, environment) => readAll(await store.keys(exceptionsPrefix(line, environment))),
    listAll: async (line) => readAll((await store.keys(environmentsPrefix(line))).filter(isExceptionKey)),
  };
}
