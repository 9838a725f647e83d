import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { CompactEncrypt, compactDecrypt, errors } from 'jose';
import { encryptedPayload, isEncrypted, keyIdOf } from './encrypted.js';
import type { EncryptionKey } from './keys.js';

/** What payloads are encrypted with, and what else they may have been encrypted with. */
export interface Keyring {
  /** Left out: nothing is encrypted any more, and what is there can still be read. */
  current?: EncryptionKey;
  former: EncryptionKey[];
}

/** A payload that cannot be decrypted, with why: its key is not here, or what is written was changed. */
export class UnreadablePayload extends Error {
  override readonly name = 'UnreadablePayload';
}

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/**
 * Encrypts payloads on their way to Temporal and decrypts them on their way back: a JWE (RFC 7516) of the whole payload that names its key,
 * by AES-256-GCM with a nonce of its own each time. What is not encrypted is read as it is: runs that began before encryption was turned on
 * go on. `decode` throws `UnreadablePayload`.
 */
export function encryptingCodec({ current, former }: Keyring): PayloadCodec {
  const keys = new Map([...(current ? [current] : []), ...former].map(({ id, bytes }) => [id, bytes]));
  return {
    encode: async (payloads) => (current ? Promise.all(payloads.map((payload) => encrypt(payload, current))) : payloads),
    decode: async (payloads) => Promise.all(payloads.map((payload) => (isEncrypted(payload) ? decrypt(payload, keys) : payload))),
  };
}

/** What is encrypted already, e.g. because it was copied from a history, stays as it is: twice encrypted, nobody would read it. */
async function encrypt(payload: Payload, { id, bytes }: EncryptionKey): Promise<Payload> {
  if (isEncrypted(payload)) return payload;
  const whole = PayloadMessage.encode(payload).finish();
  const jwe = await new CompactEncrypt(whole).setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: id }).encrypt(bytes);
  return encryptedPayload(jwe, id);
}

async function decrypt(payload: Payload, keys: ReadonlyMap<string, Uint8Array>): Promise<Payload> {
  const id = keyIdOf(payload);
  const key = keys.get(id);
  if (!key) throw new UnreadablePayload(`it is encrypted with the key ${id}, which is not here`);
  try {
    const { plaintext } = await compactDecrypt(payload.data ?? new Uint8Array(), key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return PayloadMessage.decode(plaintext);
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new UnreadablePayload(`it is not what was encrypted with the key ${id}: it was changed`);
    throw error;
  }
}
