export { encryptingCodec, UnreadablePayload } from './codec.js';
export type { Keyring } from './codec.js';
export { isEncrypted } from './encrypted.js';
export { createEncryptionKey, readEncryptionKey, UnusableEncryptionKey } from './keys.js';
export type { EncryptionKey } from './keys.js';
