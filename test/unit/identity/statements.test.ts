import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { inputDigest, signDecision, signRequest, thumbprintOf, verifyDecision, verifyRequest } from '../../../identity/index.js';
import type { Verified } from '../../../identity/index.js';
import type { Place } from '../../../lifecycle/environment.js';
import { statementTypes } from '../../../lifecycle/statements.js';
import type { DecisionClaims, RequestClaims } from '../../../lifecycle/statements.js';
import { plainGovernance } from '../../support/governance.js';
import { ed25519, ellipticCurve, forge, rsa, unsigned } from '../../support/signed.js';
import type { Forging } from '../../support/signed.js';

const ann = ed25519();
const annNew = ed25519();
const ben = ed25519();
const cleo = ellipticCurve('P-256');
const dora = rsa(2048);
const eve = ellipticCurve('P-384');
const worker = ed25519();
const former = ed25519();

const place: Place = {
  name: 'prod',
  ...plainGovernance({
    identity: 'statement',
    keys: {
      ann: [ann.written, annNew.written],
      ben: [ben.written],
      cleo: [cleo.written],
      dora: [createPublicKey(dora.key).export({ format: 'pem', type: 'spki' }) as string],
      eve: [eve.written],
      nobody: [],
    },
    accounts: { ann: ['ann.admin', 'a17'] },
  }),
};
const workers = [worker, former].map(({ key }) => createPublicKey(key));

const about = {
  exception: `sha256:${'a'.repeat(64)}`,
  request: '2026-03-01T00:00:00.000Z',
  environment: 'prod',
  decision: 'approve',
} as const;
/** The moment at which everything is looked at, in seconds; not now, so that only what is passed on counts. */
const NOW = 1_800_000_000;
const right: DecisionClaims = { aud: 'steward', sub: 'ben', iat: NOW, exp: NOW + 300, jti: 'one', ...about };

const verify = (statement: string, at = NOW, expected: Parameters<typeof verifyDecision>[3] = about): Promise<Verified<DecisionClaims>> =>
  verifyDecision(place, workers, statement, expected, new Date(at * 1000));
const without = (...names: (keyof DecisionClaims)[]): object =>
  Object.fromEntries(Object.entries(right).filter(([name]) => !names.includes(name as keyof DecisionClaims)));
const refusalOf = (verified: Verified<unknown>): string => ('refused' in verified ? verified.refused : 'it was not refused');

/** Proves that a statement is taken when it is right, from whoever has a key of his own, of any kind that is taken. */
describe('a statement', () => {
  it('says who has signed it, and what', async () => {
    const statement = await forge(ben.key, { ...right, comment: 'looked at' });
    expect(await verify(statement)).toEqual({
      person: { name: 'ben', subject: 'ben', groups: [], level: 'statement', statement },
      claims: { ...right, comment: 'looked at' },
    });
  });

  it.each([
    ['an Ed25519 key', 'ben', ben, 'EdDSA'],
    ['an Ed25519 key by its new name', 'ben', ben, 'Ed25519'],
    ['the first of two keys', 'ann', ann, undefined],
    ['the second of two keys', 'ann', annNew, undefined],
    ['a P-256 key', 'cleo', cleo, 'ES256'],
    ['a P-384 key', 'eve', eve, 'ES384'],
    ['an RSA key (PS256)', 'dora', dora, 'PS256'],
    ['an RSA key (RS256)', 'dora', dora, 'RS256'],
  ])('is taken with %s', async (_, sub, { key }, alg) => {
    expect(await verify(await forge(key, { ...right, sub }, { header: alg ? { alg } : {} }))).toMatchObject({ person: { name: sub } });
  });

  it('needs to name its key only where there are several', async () => {
    const header = { kid: undefined };
    expect(await verify(await forge(ben.key, right, { header }))).toMatchObject({ person: { name: 'ben' } });
    expect(refusalOf(await verify(await forge(ann.key, { ...right, sub: 'ann' }, { header })))).toContain('names none of the keys of ann');
  });

  it('of another account of a person is that person’s, by the name that groups use', async () => {
    for (const sub of ['ann.admin', 'a17'])
      expect(await verify(await forge(ann.key, { ...right, sub }))).toMatchObject({ person: { name: 'ann', subject: 'ann' } });
    expect(refusalOf(await verify(await forge(ben.key, { ...right, sub: 'ann.admin' }, { kidOf: ann.key })))).toContain('its signature');
  });

  it('is what signing makes: for minutes at once, for an hour to be pasted', async () => {
    const expected = { operation: 'deploy', environment: 'prod', input: inputDigest({ product: 'p', version: '1.0.0' }) } as const;
    const decision = await signDecision({ sub: 'ben', ...about }, ben.key);
    expect(await verifyDecision(place, workers, decision, about)).toMatchObject({ claims: { ...about, aud: 'steward' } });
    const request = await signRequest({ sub: 'ben', ...expected }, ben.key, 3600);
    const verified = await verifyRequest(place, workers, request, expected);
    expect(verified).toMatchObject({ person: { name: 'ben' }, claims: { ...expected, exp: expect.any(Number) } });
    const again = await verifyRequest(place, workers, await signRequest({ sub: 'ben', ...expected }, ben.key), expected);
    const ids = [verified, again].map((each) => ('claims' in each ? each.claims.jti : ''));
    expect(new Set(ids).size).toBe(2);
  });

  it('about an input is about everything in it but the statement, in whatever order', () => {
    const input = { product: 'p', version: '1.0.0', reason: undefined };
    expect(inputDigest({ version: '1.0.0', product: 'p', statement: 'x.y.z' })).toBe(inputDigest(input));
    for (const changed of [{ ...input, version: '1.0.1' }, { ...input, dryRun: true }, { product: 'p' }, { ...input, requestedBy: 'ben' }])
      expect(inputDigest(changed)).not.toBe(inputDigest(input));
  });
});

describe('a statement is refused', () => {
  const signature = 'its signature is not of who it names';
  const cases: { what: string; statement: () => Promise<string> | string; says: string }[] = [
    // Whose it is.
    { what: 'signed with the key of another person', statement: () => forge(ann.key, right, { kidOf: ben.key }), says: signature },
    { what: 'which names the key of who signed it, and another person', statement: () => forge(ann.key, right), says: 'none of the keys' },
    { what: 'of somebody who has no key', statement: () => forge(ben.key, { ...right, sub: 'zoe' }), says: 'prod knows no key of zoe' },
    {
      what: 'of somebody whose keys were taken away',
      statement: () => forge(ben.key, { ...right, sub: 'nobody' }),
      says: 'no key of nobody',
    },
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((sub) => ({
      what: `of somebody called ${sub}`,
      statement: () => forge(ben.key, { ...right, sub }),
      says: `prod knows no key of ${sub}`,
    })),
    { what: 'of nobody', statement: () => forge(ben.key, without('sub')), says: 'it is no signed statement' },
    { what: 'of an empty name', statement: () => forge(ben.key, { ...right, sub: '' }), says: 'it is no signed statement' },
    { what: 'of a name that is none', statement: () => forge(ben.key, { ...right, sub: ['ben'] }), says: 'it is no signed statement' },
    { what: 'of a case of the name', statement: () => forge(ben.key, { ...right, sub: 'Ben' }), says: 'prod knows no key of Ben' },
    // By which algorithm.
    {
      what: 'of alg none',
      statement: async () => unsigned({ alg: 'none', typ: statementTypes.decision, kid: await thumbprintOf(ben.key) }, right),
      says: 'its algorithm is not one of its key',
    },
    {
      what: 'of alg none with a signature',
      statement: async () => {
        const { 2: tail } = (await forge(ben.key, right)).split('.');
        return unsigned({ alg: 'none', typ: statementTypes.decision, kid: await thumbprintOf(ben.key) }, right, tail);
      },
      says: 'its algorithm is not one of its key',
    },
    {
      what: 'of RS256 for an Ed25519 key',
      statement: () => forge(dora.key, right, { header: { alg: 'RS256' }, kidOf: ben.key }),
      says: 'its algorithm is not one of its key',
    },
    {
      what: 'of EdDSA for an RSA key',
      statement: () => forge(ben.key, { ...right, sub: 'dora' }, { kidOf: dora.key }),
      says: 'its algorithm is not one of its key',
    },
    {
      what: 'of RS384 for an RSA key that is taken for less',
      statement: () => forge(dora.key, { ...right, sub: 'dora' }, { header: { alg: 'RS384' } }),
      says: 'its algorithm is not one of its key',
    },
    // Of which kind.
    { what: 'about a request, as a decision', statement: () => forge(ben.key, right, typ(statementTypes.request)), says: 'its typ' },
    { what: 'of type JWT', statement: () => forge(ben.key, right, typ('JWT')), says: 'its typ' },
    { what: 'without a type', statement: () => forge(ben.key, right, typ(undefined)), says: 'its typ' },
    { what: 'for somebody else', statement: () => forge(ben.key, { ...right, aud: 'other' }), says: 'its aud is missing or wrong' },
    { what: 'for nobody', statement: () => forge(ben.key, without('aud')), says: 'its aud is missing or wrong' },
    // When.
    ...(['iat', 'exp', 'jti'] as const).map((name) => ({
      what: `without ${name}`,
      statement: () => forge(ben.key, without(name)),
      says: `its ${name} is missing or wrong`,
    })),
    ...(['iat', 'exp'] as const).map((name) => ({
      what: `with an ${name} that is no number`,
      statement: () => forge(ben.key, { ...right, [name]: '1800000000' }),
      says: `its ${name} is missing or wrong`,
    })),
    ...[7, null, '', {}, ['one'], 'x'.repeat(300), '\ud800'].map((jti) => ({
      what: `with the jti ${JSON.stringify(jti).slice(0, 20)}`,
      statement: () => forge(ben.key, { ...right, jti }),
      says: 'its jti is missing or wrong',
    })),
    { what: 'that has expired', statement: () => forge(ben.key, { ...right, iat: NOW - 400, exp: NOW - 100 }), says: 'it has expired' },
    { what: 'that holds only later', statement: () => forge(ben.key, { ...right, nbf: NOW + 100 }), says: 'its nbf is missing or wrong' },
    {
      what: 'signed in the future',
      statement: () => forge(ben.key, { ...right, iat: NOW + 100, exp: NOW + 400 }),
      says: 'it was signed in the future',
    },
    { what: 'that holds too long', statement: () => forge(ben.key, { ...right, exp: NOW + 3601 }), says: 'longer than 60 minutes' },
    { what: 'that holds for good', statement: () => forge(ben.key, { ...right, iat: 0, exp: 1e15 }), says: 'longer than 60 minutes' },
    // What it says besides.
    ...(['comment', 'to', 'until'] as const).map((name) => ({
      what: `with a ${name} that is no text`,
      statement: () => forge(ben.key, { ...right, [name]: { toString: 'x' } }),
      says: `its ${name} is missing or wrong`,
    })),
    // In whose name.
    {
      what: 'in which a person vouches for a token',
      statement: () => forge(ben.key, { ...right, token: { iss: 'https://issuer', sub: 'ben', groups: ['board'] } }),
      says: 'it vouches for a token, which only a worker may',
    },
    { what: 'of a worker without a token', statement: () => forge(worker.key, right), says: 'signed by a worker and names no token' },
    ...[{}, { iss: 'i', sub: 's' }, { iss: 'i', sub: 's', groups: 'board' }, { iss: 'i', sub: 's', groups: [7] }, null, 'token'].map(
      (token) => ({
        what: `of a worker with the token ${JSON.stringify(token)}`,
        statement: () => forge(worker.key, { ...right, token }),
        says: 'signed by a worker and names no token',
      }),
    ),
    {
      what: 'in which a person names the key of a worker',
      statement: () => forge(ben.key, { ...right, token: { iss: 'i', sub: 's', groups: [] } }, { kidOf: worker.key }),
      says: signature,
    },
    // What it is about.
    ...Object.entries({
      exception: `sha256:${'b'.repeat(64)}`,
      request: '2026-02-01T00:00:00.000Z',
      environment: 'test',
      decision: 'reject',
    }).map(([name, other]) => ({
      what: `about another ${name}`,
      statement: () => forge(ben.key, { ...right, [name]: other }),
      says: `it is about another ${name}`,
    })),
    ...(['exception', 'request', 'environment', 'decision'] as const).map((name) => ({
      what: `without its ${name}`,
      statement: () => forge(ben.key, without(name)),
      says: `it is about another ${name}`,
    })),
    // What is none.
    ...['', '.', '..', 'hunter2', 'a.b.c', '{}', '🦊.🦊.🦊', 'null', `${'.'.repeat(7000)}`].map((text) => ({
      what: `that is none: ${text.slice(0, 10)}`,
      statement: () => text,
      says: 'it is no signed statement',
    })),
    {
      what: 'whose payload is no object',
      statement: async () => `${(await forge(ben.key, right)).split('.')[0]}.${Buffer.from('"ben"').toString('base64url')}.AAAA`,
      says: 'it is no signed statement',
    },
    {
      what: 'that is too long, before it is looked at',
      statement: () => forge(ben.key, { ...right, comment: 'x'.repeat(9000) }),
      says: 'it is too long',
    },
    {
      what: 'that critically extends what is understood',
      statement: async () => {
        const kid = await thumbprintOf(ben.key);
        return unsigned({ alg: 'EdDSA', typ: statementTypes.decision, kid, crit: ['x'], x: 1 }, right, 'AAAA');
      },
      says: 'it is no signed statement',
    },
  ];

  it.each(cases)('$what', async ({ statement, says }) => {
    const refused = refusalOf(await verify(await statement()));
    expect(refused).toMatch(/^the statement is refused: /);
    expect(refused).toContain(says);
    expect(refused.length).toBeLessThan(250);
  });

  it('of HS256 with a public key as the secret, in any form that an attacker has it in', async () => {
    const { createHmac } = await import('node:crypto');
    for (const [sub, { key, written }] of [
      ['ben', ben],
      ['dora', dora],
    ] as const) {
      const half = createPublicKey(key);
      const forms = [
        half.export({ format: 'pem', type: 'spki' }),
        half.export({ format: 'der', type: 'spki' }),
        JSON.stringify(written),
        Buffer.from(String((written as { x?: string; n?: string }).x ?? (written as { n?: string }).n), 'base64url'),
      ];
      for (const secret of forms) {
        const signed = unsigned({ alg: 'HS256', typ: statementTypes.decision, kid: await thumbprintOf(key) }, { ...right, sub });
        const [header, claims] = signed.split('.');
        const mac = createHmac('sha256', secret).update(`${header}.${claims}`).digest('base64url');
        expect(refusalOf(await verify(`${header}.${claims}.${mac}`))).toContain('its algorithm is not one of its key');
      }
    }
  });

  it('as a decision and as a request the other way round, whatever it claims', async () => {
    const expected = { operation: 'deploy', environment: 'prod', input: inputDigest({}) } as const;
    const claims = { ...right, ...expected } satisfies DecisionClaims & RequestClaims;
    const [decision, request] = await Promise.all([forge(ben.key, claims), forge(ben.key, claims, typ(statementTypes.request))]);
    const at = new Date(NOW * 1000);
    expect(await verifyDecision(place, workers, decision, about, at)).toHaveProperty('person');
    expect(await verifyRequest(place, workers, request, expected, at)).toHaveProperty('person');
    expect(refusalOf(await verifyRequest(place, workers, decision, expected, at))).toContain('its typ is missing or wrong');
    expect(refusalOf(await verifyDecision(place, workers, request, about, at))).toContain('its typ is missing or wrong');
    for (const [name, other] of Object.entries({ operation: 'retire', environment: 'test', input: inputDigest({ dryRun: false }) }))
      expect(refusalOf(await verifyRequest(place, workers, request, { ...expected, [name]: other }, at))).toContain(`another ${name}`);
  });
});

describe('clocks', () => {
  it.each([
    { what: 'expired 59 s ago', claims: { iat: NOW - 359, exp: NOW - 59 }, refused: undefined },
    { what: 'expired 61 s ago', claims: { iat: NOW - 361, exp: NOW - 61 }, refused: 'it has expired' },
    { what: 'signed 59 s from now', claims: { iat: NOW + 59, exp: NOW + 359 }, refused: undefined },
    { what: 'signed 61 s from now', claims: { iat: NOW + 61, exp: NOW + 361 }, refused: 'signed in the future' },
    { what: 'valid 59 s from now', claims: { nbf: NOW + 59 }, refused: undefined },
    { what: 'valid 61 s from now', claims: { nbf: NOW + 61 }, refused: 'its nbf' },
    { what: 'for an hour', claims: { exp: NOW + 3600 }, refused: undefined },
    { what: 'for an hour and a second', claims: { exp: NOW + 3601 }, refused: 'longer than' },
  ])('may differ by less than a minute: $what', async ({ claims, refused }) => {
    const verified = await verify(await forge(ben.key, { ...right, ...claims }));
    expect(refusalOf(verified)).toContain(refused ?? 'it was not refused');
  });
});

describe('what a worker has signed for the bearer of a token', () => {
  const token = { iss: 'https://issuer.example', sub: '4711', groups: ['board'] };

  it('is of the person that the token’s issuer knows, with the groups that it vouches for', async () => {
    const statement = await forge(worker.key, { ...right, sub: 'zoe', token });
    expect(await verify(statement)).toMatchObject({
      person: { name: 'zoe', subject: 'https://issuer.example#4711', groups: ['board'], level: 'statement', statement },
    });
    // A person with a key of his own may come by a token as well, and under another account.
    expect(await verify(await forge(worker.key, { ...right, sub: 'a17', token }))).toMatchObject({ person: { name: 'ann' } });
    // Signed before the worker's key was changed.
    expect(await verify(await forge(former.key, { ...right, token }))).toMatchObject({ person: { name: 'ben', groups: ['board'] } });
  });

  it('is refused where the key is no worker’s', async () => {
    const statement = await forge(worker.key, { ...right, token });
    expect(refusalOf(await verifyDecision(place, [], statement, about, new Date(NOW * 1000)))).toContain('names none of the keys of ben');
    const stranger = await forge(ed25519().key, { ...right, token }, { kidOf: worker.key });
    expect(refusalOf(await verify(stranger))).toContain('its signature is not of who it names');
  });
});

const typ = (value: string | undefined): Forging => ({ header: { typ: value } });
