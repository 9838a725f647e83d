import { metadataKey } from '../lifecycle/ids.js';
import { canonicalJson } from './digest.js';
import type { ObjectStore } from './object-store.js';

/** The public side of the catalog: what discovery tools read about a version, one JSON object each. */
export interface Metadata {
  /** Writes the version's canonical descriptor; the same again changes nothing. */
  publish(line: string, version: string, product: object): Promise<void>;
}

export const createMetadata = (store: ObjectStore): Metadata => ({
  publish: async (line, version, product) => {
    await store.create(metadataKey(line, version), canonicalJson(product), 'application/json');
  },
});
