import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import type { JWK } from 'jose';
import type { PublicKey } from '../lifecycle/environment.js';

/** Shorter ones are not taken (NIST SP 800-131A). */
const SHORTEST_RSA = 2048;

/** A key that cannot be used, with what is wrong with it; never with the key. */
export class UnusableKey extends Error {
  override readonly name = 'UnusableKey';
}

/** Reads a public key, JWK or PEM. Throws `UnusableKey`: a private key, a kind that is not taken, no key at all. */
export function readPublicKey(written: PublicKey): KeyObject {
  if (typeof written === 'string' ? written.includes('PRIVATE KEY') : 'd' in written || 'k' in written)
    throw new UnusableKey(
      'it is a private or symmetric key: only the public half belongs there, and what was written there is known to others now',
    );
  return usable(() =>
    typeof written === 'string' ? createPublicKey(written) : createPublicKey({ key: written as JsonWebKey, format: 'jwk' }),
  );
}

/** Reads a private key, JWK (as text) or PEM (PKCS #8). Throws `UnusableKey`. */
export function readPrivateKey(text: string): KeyObject {
  return usable(() =>
    text.trimStart().startsWith('{') ? createPrivateKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' }) : createPrivateKey(text),
  );
}

/** A new key pair as JWK; Ed25519, because it is short and has no parameters that could be chosen wrongly. */
export function createKey(): { privateKey: JsonWebKey; publicKey: JsonWebKey } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey: privateKey.export({ format: 'jwk' }), publicKey: publicKey.export({ format: 'jwk' }) };
}

/** What names a key: its RFC 7638 thumbprint. */
export const thumbprintOf = (key: KeyObject): Promise<string> => calculateJwkThumbprint(publicHalf(key).export({ format: 'jwk' }) as JWK);

/** The public half as JWK, to be shown to anybody. */
export const publicJwk = (key: KeyObject): JsonWebKey => publicHalf(key).export({ format: 'jwk' });

const publicHalf = (key: KeyObject): KeyObject => (key.type === 'private' ? createPublicKey(key) : key);

/** Algorithms that this key may be used with, the one to sign with first. A statement cannot choose: no `none`, nothing symmetric. */
export function algorithmsOf(key: KeyObject): string[] {
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details } = key;
  if (kind === 'ed25519') return ['EdDSA', 'Ed25519'];
  if (kind === 'ec' && details?.namedCurve === 'prime256v1') return ['ES256'];
  if (kind === 'ec' && details?.namedCurve === 'secp384r1') return ['ES384'];
  if (kind === 'rsa' && (details?.modulusLength ?? 0) >= SHORTEST_RSA) return ['PS256', 'RS256'];
  return [];
}

function usable(read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    // What the reader says may quote the key.
    throw new UnusableKey('it is no key that can be read (JWK or PEM)');
  }
  if (algorithmsOf(key).length === 0) throw new UnusableKey('it is none of Ed25519, P-256, P-384, RSA of at least 2048 bits');
  return key;
}
