import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { createKey, tokenAlgorithms } from '../../../../identity/index.js';
import { parseConfig } from '../../../../worker/config/index.js';
import { changed, faultsOf } from './smallest.js';

const tokens = { issuer: 'https://login.example.org/tenant', audience: 'steward' };
const GITHUB = 'https://token.actions.githubusercontent.com';
const identity = (value: object) => changed((config) => Object.assign(config, { identity: value }));
const dev = (value: object, formerKeys: unknown[] = []) =>
  changed((config) => {
    Object.assign(config, { identity: { formerKeys } });
    Object.assign(config.environments.dev, value);
  });
const told = (text: string) => faultsOf(text).findings.map(({ pointer, message }) => `${pointer}: ${message}`);

/** Proves that a worker does not start with people that it could not tell apart, or tokens that anybody could make or read. */
describe('identity in the configuration', () => {
  it('is filled in the strict way', () => {
    expect(parseConfig(identity({}), '/etc/steward/steward.yaml').identity).toEqual({ formerKeys: [] });
    const endpoint = { port: 8443, host: '0.0.0.0', certificate: 'tls.pem', key: 'file:/run/secrets/tls-key.pem' };
    const written = identity({ signingKey: 'env:KEY', tokens, endpoint });
    expect(parseConfig(written, '/etc/steward/steward.yaml').identity).toEqual({
      signingKey: 'env:KEY',
      formerKeys: [],
      tokens: [
        {
          ...tokens,
          algorithms: ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'],
          nameClaim: 'email',
          groupsClaim: 'groups',
          clockToleranceMs: 30_000,
        },
      ],
      endpoint: { ...endpoint, certificate: '/etc/steward/tls.pem' },
    });
    const local = parseConfig(identity({ signingKey: 'env:KEY', tokens, endpoint: { port: 0 } }), 'steward.yaml').identity;
    expect(local.endpoint).toEqual({ host: '127.0.0.1', port: 0 });
    for (const algorithm of tokenAlgorithms)
      expect(parseConfig(identity({ tokens: { ...tokens, algorithms: [algorithm] } }), 'steward.yaml')).toBeDefined();
  });

  it('is in the example as its defaults are', () => {
    const example = readFileSync(new URL('../../../../worker/config/steward.example.yaml', import.meta.url), 'utf8');
    const [block = ''] = /^# identity:\n(# {2}.*\n)+/m.exec(example) ?? [];
    const { identity: shown } = parse(block.replaceAll(/^# /gm, '')) as {
      identity: { tokens: { issuer: string; audience: string }; endpoint: object };
    };
    const { issuer, audience } = shown.tokens;
    const least = { signingKey: 'file:/run/secrets/steward-signing-key', tokens: { issuer, audience }, endpoint: { port: 8443 } };
    expect(parseConfig(identity(shown), 'steward.yaml').identity).toEqual(parseConfig(identity(least), 'steward.yaml').identity);
  });

  it.each([
    ['an endpoint that could not sign', { tokens, endpoint: { port: 1 } }, 'signingKey'],
    ['an endpoint that could not tell people', { signingKey: 'env:KEY', endpoint: { port: 1 } }, 'tokens'],
    ['an endpoint in the open', { signingKey: 'env:KEY', tokens, endpoint: { port: 1, host: '0.0.0.0' } }, 'no certificate and key'],
    ['half of a certificate', { signingKey: 'env:KEY', tokens, endpoint: { port: 1, certificate: 'a.pem' } }, 'key'],
    ['a key in plain text', { signingKey: 'hunter2' }, 'has a wrong form'],
    ['tokens without an algorithm', { tokens: { ...tokens, algorithms: [] } }, 'algorithms'],
    ['tokens that nobody signs', { tokens: { ...tokens, algorithms: ['none'] } }, 'must be one of'],
    ['tokens with a shared secret', { tokens: { ...tokens, algorithms: ['HS256'] } }, 'must be one of'],
    ['tokens for anybody', { tokens: { issuer: tokens.issuer } }, 'audience is missing'],
    ['an issuer that anybody can be', { tokens: { ...tokens, issuer: 'http://login.example.org' } }, 'must be https'],
    ['keys that anybody can give', { tokens: { ...tokens, jwksUri: 'http://login.example.org/keys' } }, 'must be https'],
    ['clocks that hardly matter', { tokens: { ...tokens, clockTolerance: '3 minutes' } }, 'longer than 2 minutes'],
    ['a former key that is none', { formerKeys: [{ kty: 'OKP' }] }, 'cannot be used'],
  ])('refuses %s', (_, value, message) => {
    const text = told(identity(value)).join('\n');
    expect(text).toContain(message);
    expect(text).not.toContain('hunter2');
  });

  it('takes several issuers, each once, and tells which entry is wrong', () => {
    const builds = { issuer: GITHUB, audience: 'steward', nameClaim: 'sub', requires: { repository_owner: ['company'] } };
    const read = parseConfig(identity({ tokens: [tokens, builds] }), 'steward.yaml').identity.tokens;
    expect(read?.map(({ issuer, nameClaim, requires }) => ({ issuer, nameClaim, requires }))).toEqual([
      { issuer: tokens.issuer, nameClaim: 'email', requires: undefined },
      { issuer: GITHUB, nameClaim: 'sub', requires: { repository_owner: ['company'] } },
    ]);
    expect(told(identity({ tokens: [tokens, { ...tokens, issuer: 'http://login.example.org' }] }))).toEqual([
      expect.stringMatching(/^\/identity\/tokens\/1\/issuer: .*must be https/),
    ]);
    expect(told(identity({ tokens: [tokens, tokens] }))).toEqual([expect.stringContaining('one entry for each')]);
    expect(told(identity({ tokens: [{ issuer: tokens.issuer }] }))).toEqual([
      '/identity/tokens/0/audience: identity.tokens.0.audience is missing',
    ]);
    expect(told(identity({ tokens: [] })).join()).toContain('identity.tokens');
  });

  it('refuses an issuer for everybody of whose tokens none is told from the others', () => {
    const builds = { issuer: GITHUB, audience: 'steward', nameClaim: 'sub' };
    expect(told(identity({ tokens: builds })).join()).toContain('gives tokens to everybody');
    expect(told(identity({ tokens: { ...builds, requires: {} } })).join()).toContain('requires');
  });

  it('takes an issuer on this machine without https', () => {
    for (const issuer of ['http://127.0.0.1:8080/realms/x', 'http://localhost:8080', 'http://[::1]:8080'])
      expect(parseConfig(identity({ tokens: { ...tokens, issuer } }), 'steward.yaml').identity.tokens?.[0]?.issuer).toBe(issuer);
    for (const issuer of ['http://127.0.0.1.example.org', 'http://localhost.example.org', 'http://127.example.org'])
      expect(told(identity({ tokens: { ...tokens, issuer } })).join()).toContain('must be https');
  });

  it('refuses keys that cannot be used, are private, or are of two people, and shows none', () => {
    const [ann, worker] = [createKey(), createKey()];
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
    const keys = {
      ann: [ann.publicKey],
      ben: [{ ...ann.publicKey, kid: 'another-name' }, pem],
      cleo: [ann.privateKey],
      dora: [rsa.privateKey.export({ type: 'pkcs8', format: 'pem' })],
      eve: [generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' })],
      fred: ['no key'],
      gus: [worker.publicKey],
      hal: [pem, rsa.publicKey.export({ format: 'jwk' })],
    };
    const text = dev({ keys }, [worker.publicKey]);
    expect(told(text)).toEqual([
      '/environments/dev/keys/ben/0: environments.dev.keys.ben.0 is the key of ann, too: a key is of one only',
      expect.stringMatching(/keys\/cleo\/0: .* private or symmetric key/),
      expect.stringMatching(/keys\/dora\/0: .* private or symmetric key/),
      expect.stringMatching(/keys\/eve\/0: .* none of Ed25519, P-256, P-384, RSA of at least 2048 bits/),
      expect.stringMatching(/keys\/fred\/0: .* no key that can be read/),
      expect.stringMatching(/keys\/gus\/0: .* the key of a worker/),
      expect.stringMatching(/keys\/hal\/0: .* the key of ben, too/),
      expect.stringMatching(/keys\/hal\/1: .* the key of ben, too/),
    ]);
    expect(faultsOf(text).failure.message).not.toContain(ann.privateKey.d!);
    // Elsewhere the same key may be of somebody who is called otherwise there; twice at one person it does no harm.
    expect(parseConfig(dev({ keys: { ann: [ann.publicKey, ann.publicKey] } }), 'steward.yaml')).toBeDefined();
  });

  it('refuses one account of two people', () => {
    const accounts = { ann: ['ann.admin', 'shared'], ben: ['shared'], cleo: ['ann'] };
    expect(told(dev({ accounts, keys: { 'ann.admin': [createKey().publicKey] } }))).toEqual([
      expect.stringMatching(/accounts\/ben\/0: .* is shared, which is an account of ann already/),
      expect.stringMatching(/accounts\/cleo\/0: .* is ann, who has accounts of his own/),
      expect.stringMatching(/keys\/ann.admin: .* is an account of ann/),
    ]);
  });

  it('refuses an escalation to a group that is not there', () => {
    expect(told(dev({ groups: { board: [] }, escalation: { after: '1 hour', groups: ['boart'] } }))).toEqual([
      expect.stringContaining('/environments/dev/escalation/groups/0'),
    ]);
  });
});
