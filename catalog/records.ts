import pMap from 'p-map';
import { environmentKey, environmentsPrefix, productKey, PRODUCTS_PREFIX } from '../lifecycle/ids.js';
import type { EnvironmentRecord, ProductRecord } from '../lifecycle/records.js';
import type { ObjectStore } from './object-store.js';
import { changeRecord, readRecord, type Stored } from './record.js';

/** Reads of one list at a time: enough to hide the latency, few enough to leave sockets to others. */
const LIST_CONCURRENCY = 8;

/** `products/<line>/product.json`: its one conditional write is the commit of a registration. */
export interface Products {
  read(line: string): Promise<Stored<ProductRecord> | undefined>;
  /** All products, by line. */
  list(): Promise<ProductRecord[]>;
  /** Compare-and-swap, see changeRecord: the function may be called again, may throw, and returns undefined to leave the record as it is. */
  change(line: string, change: (current: ProductRecord | undefined) => ProductRecord | undefined): Promise<ProductRecord>;
}

/** Instances and the operation record of one product in one environment. */
export interface Environments {
  read(line: string, environment: string): Promise<Stored<EnvironmentRecord> | undefined>;
  /** The records of one product in all environments, by name. */
  list(line: string): Promise<EnvironmentRecord[]>;
  /** As Products.change. */
  change(
    line: string,
    environment: string,
    change: (current: EnvironmentRecord | undefined) => EnvironmentRecord | undefined,
  ): Promise<EnvironmentRecord>;
}

export function createProducts(store: ObjectStore): Products {
  return {
    read: (line) => stored(readRecord<ProductRecord>(store, productKey(line))),
    list: async () => readAll<ProductRecord>(store, (await store.folders(PRODUCTS_PREFIX)).map(productKey)),
    change: (line, change) => changeRecord(store, productKey(line), change),
  };
}

export function createEnvironments(store: ObjectStore): Environments {
  return {
    read: (line, environment) => stored(readRecord<EnvironmentRecord>(store, environmentKey(line, environment))),
    list: async (line) => {
      const names = await store.folders(environmentsPrefix(line));
      return readAll<EnvironmentRecord>(
        store,
        names.map((name) => environmentKey(line, name)),
      );
    },
    change: (line, environment, change) => changeRecord(store, environmentKey(line, environment), change),
  };
}

/** The trail is the business of changeRecord alone. */
async function stored<T>(read: Promise<Stored<T> | undefined>): Promise<Stored<T> | undefined> {
  const found = await read;
  return found && { record: found.record, etag: found.etag };
}

/** A folder without its record (only exceptions so far) is left out. */
async function readAll<T>(store: ObjectStore, keys: string[]): Promise<T[]> {
  const found = await pMap(keys, (key) => readRecord<T>(store, key), { concurrency: LIST_CONCURRENCY });
  return found.flatMap((entry) => (entry === undefined ? [] : [entry.record]));
}
