import { fileURLToPath } from 'node:url';
import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { encryptingCodec, readEncryptionKey, UnusableEncryptionKey } from '../encryption/index.js';
import type { EncryptionKey } from '../encryption/index.js';
import type { SecretRef } from '../lifecycle/environment.js';
import { Failure } from '../lifecycle/failures.js';
import { encryptedWorkflowBundlePath, workflowBundlePath } from './build-bundle.js';
import type { EncryptionSettings } from './config/index.js';

/** How the worker writes and reads what Temporal keeps. */
export interface Encryption {
  /** Left out: as it is. */
  codec?: PayloadCodec;
  /** For workers and clients alike. */
  dataConverter: DataConverter;
  /** The workflow code that fits. */
  workflowBundle: string;
}

/** Loaded by the SDK, by its path. */
const failureConverterPath = fileURLToPath(new URL('../encryption/failure-converter.js', import.meta.url));

/** Reads the keys of the configuration. Throws `InvalidInput` for one that cannot be used, never with the key. */
export function encryptionOf(settings: EncryptionSettings | undefined, secret: (ref: SecretRef) => string): Encryption {
  if (!settings) return { dataConverter: {}, workflowBundle: workflowBundlePath };
  const { key, formerKeys } = settings;
  const current = key === undefined ? undefined : read('key', key, secret);
  const codec = encryptingCodec({ ...(current && { current }), former: formerKeys.map((ref) => read('formerKeys', ref, secret)) });
  if (!current) return { codec, dataConverter: { payloadCodecs: [codec] }, workflowBundle: workflowBundlePath };
  return { codec, dataConverter: { payloadCodecs: [codec], failureConverterPath }, workflowBundle: encryptedWorkflowBundlePath };
}

function read(setting: keyof EncryptionSettings, ref: SecretRef, secret: (ref: SecretRef) => string): EncryptionKey {
  try {
    return readEncryptionKey(secret(ref));
  } catch (error) {
    if (error instanceof UnusableEncryptionKey)
      throw new Failure('InvalidInput', `encryption.${setting} (${ref}) cannot be used: ${error.message}`, {
        next: 'Make one: steward key create --encryption --out <file>',
      });
    throw error;
  }
}
