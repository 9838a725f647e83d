import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { algorithmsOf, createKey, publicJwk, thumbprintOf } from '../../identity/index.js';
import type { PublicKey } from '../../lifecycle/environment.js';
import { statementTypes } from '../../lifecycle/statements.js';

/** A key pair of a person of the tests: the private half, and the public one as the configuration has it. */
export interface KeyPair {
  key: KeyObject;
  written: PublicKey;
}

/** Ed25519, as `steward key create` makes them. */
export function ed25519(): KeyPair {
  const key = createPrivateKey({ key: createKey().privateKey, format: 'jwk' });
  return { key, written: publicJwk(key) };
}

const pairOf = (key: KeyObject): KeyPair => ({ key, written: publicJwk(key) });
export const ellipticCurve = (namedCurve: string): KeyPair => pairOf(generateKeyPairSync('ec', { namedCurve }).privateKey);
export const rsa = (modulusLength: number): KeyPair => pairOf(generateKeyPairSync('rsa', { modulusLength }).privateKey);

export interface Forging {
  /** Over what a right statement has; undefined takes a header away. */
  header?: { [name: string]: unknown };
  /** Whose thumbprint the header names, if not the signer's. */
  kidOf?: KeyObject;
}

/** Signs whatever it is told to, as somebody would who has a key and no scruples. */
export async function forge(key: KeyObject, claims: object, { header = {}, kidOf = key }: Forging = {}): Promise<string> {
  const { alg = algorithmsOf(key)[0], ...rest } = { typ: statementTypes.decision, kid: await thumbprintOf(kidOf), ...header };
  const named = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return new SignJWT({ ...claims } as JWTPayload).setProtectedHeader({ ...named, alg: String(alg) }).sign(key);
}

/** Header and claims with whatever stands for a signature. */
export const unsigned = (header: object, claims: object, signature = ''): string =>
  [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat(signature)
    .join('.');
