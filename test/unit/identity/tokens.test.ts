import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { SignJWT, decodeJwt } from 'jose';
import { tokenReader, tokensReader } from '../../../identity/index.js';
import type { ReadToken, TokenSettings } from '../../../identity/index.js';
import { Failure } from '../../../lifecycle/failures.js';
import { openIssuer } from '../../support/oidc-provider.js';
import type { Issuer } from '../../support/oidc-provider.js';

const ann = { sub: 'subject-of-ann', email: 'ann@example.org', email_verified: true, groups: ['owners', 'everywhere'] };

/** Proves that a token is taken from the issuer, for Steward, in its time, or not at all; on tokens that a real issuer has signed. */
describe('a token', () => {
  let issuer: Issuer;
  let settings: TokenSettings;
  let read: ReadToken;
  beforeAll(async () => {
    issuer = await openIssuer();
    settings = {
      issuer: issuer.issuer,
      audience: issuer.audience,
      algorithms: ['RS256', 'ES256'],
      nameClaim: 'email',
      groupsClaim: 'groups',
      clockToleranceMs: 30_000,
    };
    read = tokenReader(settings);
  });
  afterAll(() => issuer.stop());

  const refusedWith = async (token: string | Promise<string>, as: ReadToken = read, now?: Date): Promise<string> => {
    const answer = await as(await token, now);
    return 'refused' in answer ? answer.refused : `taken: ${answer.name}`;
  };
  const signedWith = (key: Parameters<SignJWT['sign']>[0], header: { alg: string; kid?: string; [member: string]: unknown }, claims = {}) =>
    new SignJWT({ iss: issuer.issuer, aud: issuer.audience, exp: Date.now() / 1000 + 60, ...ann, ...claims })
      .setProtectedHeader(header)
      .sign(key);

  it('of the issuer says who somebody is, by each of the allowed algorithms', async () => {
    const bearer = { name: 'ann@example.org', iss: issuer.issuer, sub: 'subject-of-ann', groups: ['owners', 'everywhere'] };
    expect(await read(await issuer.issue(ann))).toEqual(bearer);
    expect(await read(await issuer.issue(ann, 'ES256'))).toEqual(bearer);
    const direct = tokenReader({ ...settings, jwksUri: `${issuer.issuer}/jwks` });
    expect(await direct(await issuer.issue(ann))).toEqual(bearer);
  });

  it('takes name and groups from where the configuration says; one group may be a string, none is none', async () => {
    const other = tokenReader({ ...settings, nameClaim: 'preferred_username', groupsClaim: 'roles' });
    expect(await other(await issuer.issue({ ...ann, preferred_username: 'ann', roles: 'owners' }))).toMatchObject({
      name: 'ann',
      groups: ['owners'],
    });
    expect(await read(await issuer.issue({ ...ann, groups: undefined }))).toMatchObject({ groups: [] });
    expect(await refusedWith(issuer.issue(ann), other)).toContain('its preferred_username is missing');
  });

  it('has to hold the claims that tell the tokens of the company from all others', async () => {
    const company = tokenReader({ ...settings, requires: { repository_owner: ['company', 'company-labs'], ref: ['refs/heads/main'] } });
    const build = { ...ann, repository_owner: 'company', ref: 'refs/heads/main' };
    expect(await company(await issuer.issue(build))).toMatchObject({ name: 'ann@example.org' });
    expect(await company(await issuer.issue({ ...build, repository_owner: 'company-labs' }))).toMatchObject({ name: 'ann@example.org' });
    const why = 'is missing, or none that counts here';
    expect(await refusedWith(issuer.issue({ ...build, repository_owner: 'Company' }), company)).toContain(`repository_owner ${why}`);
    expect(await refusedWith(issuer.issue({ ...build, repository_owner: ['company'] }), company)).toContain(`repository_owner ${why}`);
    expect(await refusedWith(issuer.issue({ ...build, ref: undefined }), company)).toContain(`ref ${why}`);
    // An object has members that nobody has written.
    expect(await refusedWith(issuer.issue(ann), tokenReader({ ...settings, requires: { constructor: ['x'] } }))).toContain(why);
  });

  it('of several issuers is taken by the terms of its own, and by nobody else', async () => {
    const other = await openIssuer();
    try {
      const both = tokensReader([settings, { ...settings, issuer: other.issuer, nameClaim: 'sub', requires: { ref: ['main'] } }]);
      expect(await both(await issuer.issue(ann))).toMatchObject({ name: 'ann@example.org', iss: issuer.issuer });
      expect(await both(await other.issue({ ...ann, ref: 'main' }))).toMatchObject({ name: 'subject-of-ann', iss: other.issuer });
      expect(await refusedWith(other.issue(ann), both)).toContain('its ref is missing');
      // Signed by one, in the name of the other.
      expect(await refusedWith(other.issue({ ...ann, iss: issuer.issuer }), both)).toMatch(/signed by none|signature is not/);
      expect(await refusedWith(issuer.issue({ ...ann, iss: 'https://elsewhere.test' }), both)).toContain('none of the issuers');
      expect(await refusedWith('no token', both)).toContain('none of the issuers');
    } finally {
      await other.stop();
    }
  });

  it.each([
    ['another audience', { aud: 'https://elsewhere.test' }, 'its aud is missing or wrong'],
    ['no audience', { aud: [] }, 'its aud is missing or wrong'],
    ['several other audiences', { aud: ['https://elsewhere.test', 'steward'] }, 'its aud is missing or wrong'],
    ['another issuer', { iss: 'https://elsewhere.test' }, 'its iss is missing or wrong'],
    ['the issuer with a slash more', { iss: 'http://127.0.0.1/' }, 'its iss is missing or wrong'],
    ['no end', { exp: undefined }, 'its exp is missing or wrong'],
    ['an end that is no time', { exp: '2999-01-01' }, 'its exp is missing or wrong'],
    ['no subject', { sub: undefined }, 'its sub is missing or wrong'],
    ['an empty subject', { sub: '' }, 'its sub is no name'],
    ['a subject that is no text', { sub: { name: 'ann' } }, 'its sub is no name'],
    ['no name', { email: undefined }, 'its email is missing or no name'],
    ['a name that is no text', { email: ['ann@example.org'] }, 'its email is missing or no name'],
    ['an endless name', { email: `${'a'.repeat(300)}@example.org` }, 'its email is missing or no name'],
    ['an address that is not verified', { email_verified: false }, 'its e-mail address is not verified'],
    ['an address that is not verified, as text', { email_verified: 'false' }, 'its e-mail address is not verified'],
    ['too many groups', { groups: Array.from({ length: 201 }, (_, index) => `g${index}`) }, 'more than 200 groups'],
    ['groups that are no texts', { groups: ['owners', 7] }, 'its groups are no list of names'],
    ['groups that are an object', { groups: { owners: true } }, 'its groups are no list of names'],
    ['an empty group', { groups: [''] }, 'its groups are no list of names'],
    ['an endless claim', { padding: 'x'.repeat(14_000) }, 'it is too long'],
  ])('with %s is refused', async (_, claims, why) => {
    expect(await refusedWith(issuer.issue({ ...ann, ...claims }))).toBe(
      `the token is refused: ${why.startsWith('more') ? 'it names ' : ''}${why}`,
    );
  });

  it('counts between its times, give or take what clocks may differ', async () => {
    const start = 1_800_000_000;
    const token = await issuer.issue({ ...ann, iat: start, nbf: start, exp: start + 600 });
    const at = (seconds: number, as = read) => refusedWith(token, as, new Date((start + seconds) * 1000));
    expect(await at(-31)).toContain('it does not hold yet');
    expect(await at(-30)).toBe('taken: ann@example.org');
    expect(await at(629)).toBe('taken: ann@example.org');
    expect(await at(630)).toContain('it has expired');
    const strict = tokenReader({ ...settings, clockToleranceMs: 0 });
    expect(await at(-1, strict)).toContain('it does not hold yet');
    expect(await at(0, strict)).toBe('taken: ann@example.org');
    expect(await at(599, strict)).toBe('taken: ann@example.org');
    expect(await at(600, strict)).toContain('it has expired');
    const early = await issuer.issue({ ...ann, iat: start + 31, exp: start + 600 });
    expect(await refusedWith(early, read, new Date(start * 1000))).toContain('it was issued in the future');
  });

  it('that nobody has signed, or another one, is refused', async () => {
    const token = await issuer.issue(ann);
    expect(await refusedWith(signedWith(generateKeyPairSync('ed25519').privateKey, { alg: 'EdDSA' }))).toContain('is not allowed');
    const [header = '', body = '', signature = ''] = token.split('.');
    const text = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const changed = text({ ...decodeJwt(token), email: 'zoe@example.org' });
    expect(await refusedWith(`${header}.${changed}.${signature}`)).toContain("its signature is not the issuer's");
    expect(await refusedWith(`${header}.${body}.`)).toContain("its signature is not the issuer's");
    for (const alg of ['none', 'None', 'NONE', ''])
      expect(await refusedWith(`${text({ alg, typ: 'JWT' })}.${body}.`)).toMatch(/its algorithm is not allowed|no signed token/);

    // The public key, which everybody knows, as the secret of a symmetric algorithm; as PEM and as it is published.
    const published = issuer.publicKeys[0]!;
    const pem = createPublicKey({ key: published as JsonWebKey, format: 'jwk' })
      .export({ type: 'spki', format: 'pem' })
      .toString();
    for (const secret of [pem, JSON.stringify(published)])
      expect(await refusedWith(signedWith(Buffer.from(secret), { alg: 'HS256', kid: published.kid! }))).toContain(
        'its algorithm is not allowed',
      );

    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(await refusedWith(signedWith(stranger.privateKey, { alg: 'RS256', kid: 'rsa' }))).toContain("its signature is not the issuer's");
    expect(await refusedWith(signedWith(stranger.privateKey, { alg: 'RS256', kid: 'other' }))).toContain("none of the issuer's keys");
    // The key that it brings along is not asked for.
    const jwk = stranger.publicKey.export({ format: 'jwk' });
    expect(await refusedWith(signedWith(stranger.privateKey, { alg: 'RS256', jwk }))).toContain("its signature is not the issuer's");
    expect(await refusedWith(signedWith(stranger.privateKey, { alg: 'PS256', kid: 'rsa' }))).toContain('its algorithm is not allowed');
    for (const nonsense of ['', 'x', 'a.b.c', `${token}.x`, '..', token.slice(0, 40)])
      expect(await refusedWith(nonsense)).toContain('it is no signed token');
  });

  it('is not taken while the issuer is down, and is as soon as it is back; its keys are kept for those that come', async () => {
    const token = await issuer.issue(ann);
    const fresh = tokenReader(settings);
    const before = issuer.keyRequests();
    for (let i = 0; i < 5; i++) await fresh(token);
    expect(issuer.keyRequests() - before).toBe(1);
    await issuer.stop();
    expect(await refusedWith(token, fresh)).toBe('taken: ann@example.org');
    for (const reader of [tokenReader(settings), tokenReader({ ...settings, jwksUri: `${issuer.issuer}/jwks` })]) {
      const failure = await reader(token).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Failure);
      expect(failure).toMatchObject({ type: 'SystemUnavailable', message: expect.stringContaining(issuer.issuer) });
      await issuer.start();
      expect(await refusedWith(token, reader)).toBe('taken: ann@example.org');
      await issuer.stop();
    }
    await issuer.start();
  });

  it('is not taken by metadata of somebody else, or that lead elsewhere', async () => {
    const token = await issuer.issue(ann);
    let metadata: object | string = {};
    const server = createServer((_, response) => {
      if (typeof metadata === 'string') response.writeHead(302, { location: metadata }).end();
      else response.end(JSON.stringify(metadata));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const said = () => tokenReader({ ...settings, issuer: own })(token).then(JSON.stringify, (error: Error) => error.message);
    try {
      metadata = { issuer: issuer.issuer, jwks_uri: `${issuer.issuer}/jwks` };
      expect(await said()).toContain('of another issuer');
      metadata = { issuer: own, jwks_uri: 'http://keys.example.org/jwks' };
      expect(await said()).toContain('no place of keys by https');
      metadata = { issuer: own };
      expect(await said()).toContain('no place of keys by https');
      metadata = `${issuer.issuer}/.well-known/openid-configuration`;
      expect(await said()).toContain('gives no keys');
      metadata = { issuer: own, jwks_uri: `${own}/keys` };
      expect(await said()).toContain('gives no keys');
    } finally {
      server.close();
    }
  });
});
