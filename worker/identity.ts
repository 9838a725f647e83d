import type { KeyObject } from 'node:crypto';
import { publicJwk, readPrivateKey, readPublicKey, UnusableKey } from '../identity/index.js';
import type { Place, SecretRef } from '../lifecycle/environment.js';
import { Failure } from '../lifecycle/failures.js';
import type { IdentitySettings } from './config/index.js';

/** The keys that this worker, and workers before it, sign with for bearers of tokens. */
export interface WorkerKeys {
  /** The private one in use; without it the worker signs nothing. */
  signing?: KeyObject;
  /** All public ones that count, the one in use first. */
  known: KeyObject[];
}

/**
 * Reads the keys of the configuration.
 * @param places every place with keys of people: whoever had a worker's key could be anybody
 * @throws Failure `InvalidInput` for a key that cannot be used or is somebody's
 */
export function workerKeysOf(settings: IdentitySettings, places: Place[], secret: (ref: SecretRef) => string): WorkerKeys {
  const former = settings.formerKeys.map(readPublicKey);
  if (settings.signingKey === undefined) return { known: former };
  const signing = readSigningKey(settings.signingKey, secret);
  const own = readPublicKey(publicJwk(signing));
  for (const place of places)
    for (const [person, keys] of Object.entries(place.keys))
      if (keys.some((key) => readPublicKey(key).equals(own)))
        throw new Failure(
          'InvalidInput',
          `identity.signingKey is the key of ${person} in ${place.name}, too: the worker needs one of its own`,
        );
  return { signing, known: [own, ...former] };
}

function readSigningKey(ref: SecretRef, secret: (ref: SecretRef) => string): KeyObject {
  try {
    return readPrivateKey(secret(ref));
  } catch (error) {
    if (error instanceof UnusableKey) throw new Failure('InvalidInput', `identity.signingKey (${ref}) cannot be used: ${error.message}`);
    throw error;
  }
}
