import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { verifyDecision } from '../../../identity/index.js';
import type { Place } from '../../../lifecycle/environment.js';
import { plainGovernance } from '../../support/governance.js';
import { ed25519, ellipticCurve, forge, rsa } from '../../support/signed.js';
import type { KeyPair } from '../../support/signed.js';

const NOW = 1_800_000_000;
const about = {
  exception: `sha256:${'a'.repeat(64)}`,
  request: '2026-03-01T00:00:00.000Z',
  environment: 'prod',
  decision: 'approve',
} as const;
const claims = { aud: 'steward', sub: 'ben', iat: NOW, exp: NOW + 300, jti: 'one', comment: 'fine', ...about };
/** What base64 may be written with, in both alphabets, and what lenient readers pass over. */
const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. \n\u0000é';

const verifierOf = ({ written }: KeyPair) => {
  const place: Place = { name: 'prod', ...plainGovernance({ keys: { ben: [written] } }) };
  return (statement: string) => verifyDecision(place, [], statement, about, new Date(NOW * 1000));
};

/** Proves that a statement is the very text that was signed: not a character of it can be another, be missing or be added. */
describe.each([
  { kind: 'Ed25519', pair: ed25519() },
  { kind: 'P-256', pair: ellipticCurve('P-256') },
  { kind: 'RSA', pair: rsa(2048) },
])('a statement with an $kind key', ({ pair }) => {
  const verify = verifierOf(pair);

  it('is refused with any one character changed, whichever part it is in', async () => {
    const statement = await forge(pair.key, claims);
    expect(await verify(statement)).toHaveProperty('person');
    await fc.assert(
      fc.asyncProperty(fc.nat(statement.length - 1), fc.constantFrom(...CHARACTERS), async (at, character) => {
        fc.pre(statement[at] !== character);
        const changed = statement.slice(0, at) + character + statement.slice(at + 1);
        expect({ at, character, verified: await verify(changed) }).toMatchObject({ verified: { refused: expect.any(String) } });
      }),
      { numRuns: 400, seed: 7 },
    );
  });

  it('is refused with another last character, one more, one less', async () => {
    const statement = await forge(pair.key, claims);
    const others = [...CHARACTERS].map((character) => statement.slice(0, -1) + character).filter((other) => other !== statement);
    const longer = [...CHARACTERS].flatMap((character) => [`${statement}${character}`, `${character}${statement}`]);
    for (const changed of [...others, ...longer, statement.slice(0, -1), statement.slice(1)])
      expect({ changed: changed.slice(-5), verified: await verify(changed) }).toMatchObject({ verified: { refused: expect.any(String) } });
  });

  it('is refused with a part of another statement of the same person', async () => {
    const [one, other] = [await forge(pair.key, claims), await forge(pair.key, { ...claims, jti: 'two', comment: 'not fine' })];
    const [header, payload, signature] = one.split('.');
    const parts = other.split('.');
    for (const mixed of [`${header}.${parts[1]}.${signature}`, `${header}.${payload}.${parts[2]}`])
      expect(await verify(mixed)).toEqual({ refused: 'the statement is refused: its signature is not of who it names' });
  });
});
