import { environmentsPrefix, flagKey, flagsPrefix, isFlagKey } from '../lifecycle/ids.js';
import type { Digest } from '../lifecycle/digest.js';
import type { FlagRecord } from '../lifecycle/records.js';
import type { ObjectStore } from './object-store.js';
import { changeRecord, readRecord } from './record.js';

/** What stands although its exception has run out, by the exception's digest. */
export interface Flags {
  /** Takes the place of the flag of an earlier life of the same exception. */
  write(flag: FlagRecord): Promise<void>;
  read(line: string, environment: string, exception: Digest): Promise<FlagRecord | undefined>;
  list(line: string, environment: string): Promise<FlagRecord[]>;
  /** Of all environments, registrations included. */
  listAll(line: string): Promise<FlagRecord[]>;
}

export function createFlags(store: ObjectStore): Flags {
  const readAt = async (key: string): Promise<FlagRecord | undefined> => (await readRecord<FlagRecord>(store, key))?.record;
  // A handful at most: one for each exception that ever ran out here.
  const readAll = async (keys: string[]): Promise<FlagRecord[]> =>
    (await Promise.all(keys.map(readAt))).filter((flag) => flag !== undefined);
  return {
    write: async (flag) => void (await changeRecord<FlagRecord>(store, flagKey(flag.line, flag.environment, flag.exception), () => flag)),
    read: (line, environment, exception) => readAt(flagKey(line, environment, exception)),
    list: async (line, environment) => readAll(await store.keys(flagsPrefix(line, environment))),
    listAll: async (line) => readAll((await store.keys(environmentsPrefix(line))).filter(isFlagKey)),
  };
}
