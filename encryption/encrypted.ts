import { METADATA_ENCODING_KEY } from '@temporalio/common';
import type { Payload } from '@temporalio/common';

/** As the examples of Temporal call them, so that people and tools know what they see. */
const ENCRYPTED = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (written: Uint8Array | null | undefined): string => new TextDecoder().decode(written ?? undefined);

/** What Temporal keeps of a payload that is encrypted: the name of the key is for the eye, the JWE names it, too. */
export const encryptedPayload = (jwe: string, keyId: string): Payload => ({
  metadata: { [METADATA_ENCODING_KEY]: bytes(ENCRYPTED), [KEY_ID]: bytes(keyId) },
  data: bytes(jwe),
});

export const isEncrypted = ({ metadata }: Payload): boolean => text(metadata?.[METADATA_ENCODING_KEY]) === ENCRYPTED;

/** The key that an encrypted payload needs; empty where it names none. */
export const keyIdOf = ({ metadata }: Payload): string => text(metadata?.[KEY_ID]);
