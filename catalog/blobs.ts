import type { BlobRef, Digest } from '../lifecycle/digest.js';
import { Failure } from '../lifecycle/failures.js';
import { blobKey } from '../lifecycle/ids.js';
import { canonicalJson, digestOf, isDigest } from './digest.js';
import type { ObjectStore } from './object-store.js';
import { parseStored } from './record.js';

/** Content by its digest: written once, checked at every read. */
export interface Blobs {
  /** Stores bytes (nothing happens when they are there already) and returns their digest. */
  putBytes(bytes: Uint8Array): Promise<BlobRef>;
  /** Stores a JSON value in canonical form: equal values have one digest. */
  putJson(value: unknown): Promise<BlobRef>;
  /** The bytes. Throws NotFound when absent, SystemRefused when what is there does not have this digest, InvalidInput for no digest. */
  getBytes(ref: BlobRef): Promise<Uint8Array>;
  /** The JSON value; throws as getBytes does. The caller knows the type: what has this digest was written by Steward. */
  getJson<T = unknown>(ref: BlobRef): Promise<T>;
  has(ref: BlobRef): Promise<boolean>;
}

export function createBlobs(store: ObjectStore): Blobs {
  const put = async (bytes: Uint8Array, contentType: string): Promise<Digest> => {
    const digest = digestOf(bytes);
    await store.create(blobKey(digest), bytes, contentType);
    return digest;
  };
  const getBytes = async (ref: BlobRef): Promise<Uint8Array> => {
    const found = await store.get(keyOf(ref));
    if (found === undefined) throw new Failure('NotFound', `${store.name}: there is no blob ${ref} in ${store.bucket}.`);
    if (digestOf(found.bytes) !== ref) {
      throw new Failure(
        'SystemRefused',
        `${store.name}: the blob ${ref} in ${store.bucket} is damaged: its content has another digest. Restore it.`,
      );
    }
    return found.bytes;
  };
  return {
    putBytes: (bytes) => put(bytes, 'application/octet-stream'),
    putJson: async (value) => put(canonicalJson(value), 'application/json'),
    getBytes,
    getJson: async <T>(ref: BlobRef) => parseStored<T>(store, blobKey(ref), await getBytes(ref)),
    has: async (ref) => store.has(keyOf(ref)),
  };
}

/** Digests arrive from people too (`{bundle: ...}`): anything else must not become a key. */
function keyOf(ref: BlobRef): string {
  if (!isDigest(ref)) throw new Failure('InvalidInput', `"${String(ref)}" is no digest: sha256: and 64 hexadecimal digits are expected.`);
  return blobKey(ref);
}
