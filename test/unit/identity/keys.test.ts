import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { algorithmsOf, createKey, publicJwk, readPrivateKey, readPublicKey, thumbprintOf } from '../../../identity/index.js';
import { ed25519, ellipticCurve, rsa } from '../../support/signed.js';

const taken = [
  { kind: 'Ed25519', pair: ed25519(), algorithms: ['EdDSA', 'Ed25519'] },
  { kind: 'P-256', pair: ellipticCurve('P-256'), algorithms: ['ES256'] },
  { kind: 'P-384', pair: ellipticCurve('P-384'), algorithms: ['ES384'] },
  { kind: 'RSA', pair: rsa(2048), algorithms: ['PS256', 'RS256'] },
];
const notTaken = [
  { kind: 'RSA of 1024 bits', key: rsa(1024).key },
  { kind: 'P-521', key: ellipticCurve('P-521').key },
  { kind: 'secp256k1', key: ellipticCurve('secp256k1').key },
  { kind: 'Ed448', key: generateKeyPairSync('ed448').privateKey },
  { kind: 'X25519, which does not sign', key: generateKeyPairSync('x25519').privateKey },
];
const NONE_OF = 'none of Ed25519, P-256, P-384, RSA of at least 2048 bits';

/** Proves which keys are read, in which forms, and that the wrong half is told apart and never repeated. */
describe('keys', () => {
  it.each(taken)('of $kind are read as JWK and as PEM, private and public; the algorithm is theirs', async ({ pair, algorithms }) => {
    const pem = createPublicKey(pair.key).export({ format: 'pem', type: 'spki' }) as string;
    const thumbprint = await thumbprintOf(pair.key);
    for (const read of [readPublicKey(pair.written), readPublicKey(pem)]) {
      expect(read.type).toBe('public');
      expect(algorithmsOf(read)).toEqual(algorithms);
      expect(await thumbprintOf(read)).toBe(thumbprint);
    }
    const texts = [pair.key.export({ format: 'pem', type: 'pkcs8' }) as string, JSON.stringify(pair.key.export({ format: 'jwk' }))];
    for (const text of texts) {
      const read = readPrivateKey(`\n${text}\n`);
      expect(read.type).toBe('private');
      expect(publicJwk(read)).toEqual(pair.written);
      expect(publicJwk(read)).not.toHaveProperty('d');
    }
  });

  it.each(notTaken)('of $kind are not taken', ({ key }) => {
    expect(() => readPublicKey(createPublicKey(key).export({ format: 'jwk' }) as { [name: string]: unknown })).toThrow(NONE_OF);
    expect(() => readPublicKey(createPublicKey(key).export({ format: 'pem', type: 'spki' }) as string)).toThrow(NONE_OF);
    expect(() => readPrivateKey(JSON.stringify(key.export({ format: 'jwk' })))).toThrow(NONE_OF);
  });

  it('are refused where a private or symmetric one stands for a public one, without being repeated', () => {
    const { privateKey } = createKey();
    const { key } = ellipticCurve('P-256');
    const wrong = [
      privateKey as { [name: string]: unknown },
      { kty: 'oct', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQ' },
      key.export({ format: 'pem', type: 'pkcs8' }) as string,
      key.export({ format: 'pem', type: 'sec1' }) as string,
    ];
    for (const written of wrong) {
      const refused = (() => {
        try {
          return readPublicKey(written);
        } catch (error) {
          return error as Error;
        }
      })();
      expect(refused).toMatchObject({ name: 'UnusableKey', message: expect.stringContaining('only the public half belongs there') });
      const secrets = typeof written === 'string' ? written.split('\n').slice(1, -2) : [privateKey.d!, 'c2VjcmV0LXNlY3JldC1zZWNyZXQ'];
      for (const secret of secrets) expect(`${String(refused)} ${JSON.stringify(refused)}`).not.toContain(secret);
    }
  });

  it('are refused when they are none, without what was written', () => {
    const junk = ['', 'hunter2', '{"kty":"OKP","d":"hunter2', '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----', '{}'];
    for (const text of junk) {
      const reading = () => readPrivateKey(text);
      expect(reading).toThrow('it is no key that can be read (JWK or PEM)');
      expect(reading).not.toThrow(/hunter2/);
    }
    for (const written of ['', 'hunter2', {}, { kty: 'OKP', crv: 'Ed25519' }, { kty: 'OKP', crv: 'Ed25519', x: 7 }])
      expect(() => readPublicKey(written)).toThrow('it is no key that can be read');
  });

  it('are made as pairs that belong together, never twice the same', async () => {
    const [one, other] = [createKey(), createKey()];
    expect(publicJwk(readPrivateKey(JSON.stringify(one.privateKey)))).toEqual(one.publicKey);
    expect(one.publicKey).not.toHaveProperty('d');
    expect(one.publicKey.x).not.toBe(other.publicKey.x);
  });

  it('have the thumbprint of RFC 8037, appendix A.3', async () => {
    const written = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
    expect(await thumbprintOf(readPublicKey(written))).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });
});
