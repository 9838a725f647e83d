import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parseConfig } from '../../../../worker/config/index.js';
import { changed, faultsOf } from './smallest.js';

const tokens = { issuer: 'https://login.example.org/tenant', audience: 'steward' };
const KEY = 'file:/run/secrets/steward-encryption-key';
const encryption = (value: object, identity: object = { tokens }) =>
  changed((config) => Object.assign(config, { encryption: value, identity }));
const read = (text: string) => parseConfig(text, '/etc/steward/steward.yaml').encryption;

/** Proves that encryption is off unless it is turned on, and that nobody opens by mistake what it keeps closed. */
describe('encryption in the configuration', () => {
  it('is off when nothing is said, and one setting turns it on', () => {
    expect(read(changed(() => undefined))).toBeUndefined();
    expect(read(encryption({ key: KEY }))).toEqual({ key: KEY, formerKeys: [] });
  });

  it('lets the pages of the Temporal UI ask, by loopback, unless it is told otherwise', () => {
    expect(read(encryption({ key: KEY, codecServer: { port: 0, readers: ['platform'] } }))?.codecServer).toEqual({
      host: '127.0.0.1',
      port: 0,
      readers: ['platform'],
      origins: ['http://127.0.0.1:8233'],
    });
    const open = { host: '0.0.0.0', port: 1, certificate: 'tls.pem', key: 'env:TLS', readers: ['a'], origins: ['https://ui.example.org'] };
    expect(read(encryption({ key: KEY, codecServer: open }))?.codecServer).toEqual({ ...open, certificate: '/etc/steward/tls.pem' });
  });

  it('is in the example as its defaults are', () => {
    const example = readFileSync(new URL('../../../../worker/config/steward.example.yaml', import.meta.url), 'utf8');
    const [block = ''] = /^# encryption:\n(# {2}.*\n)+/m.exec(example) ?? [];
    const shown = parse(block.replaceAll(/^# /gm, '')) as { encryption: object };
    const least = { key: KEY, codecServer: { port: 8444, readers: ['platform'] } };
    expect(read(encryption(shown.encryption))).toEqual(read(encryption(least)));
  });

  it.each<[string, object, object, string]>([
    ['no key at all', {}, {}, '/encryption: encryption names no key'],
    ['a key in plain sight', { key: 'c3RyZW5nIGdlaGVpbQ==' }, {}, '/encryption/key'],
    ['no reader', { key: KEY, codecServer: { port: 1, readers: [] } }, { tokens }, '/encryption/codecServer/readers'],
    ['readers that nobody can prove to be', { key: KEY, codecServer: { port: 1, readers: ['ann'] } }, {}, 'without identity.tokens'],
    [
      'what it decrypts in the open',
      { key: KEY, codecServer: { host: '0.0.0.0', port: 1, readers: ['a'] } },
      { tokens },
      'certificate and key',
    ],
    [
      'a door for everybody everywhere',
      { key: KEY, codecServer: { host: '0.0.0.0', port: 1, certificate: 'a', key: 'env:K', readers: ['everybody'] } },
      {},
      'needs identity.tokens',
    ],
    ['an origin with a path', { key: KEY, codecServer: { port: 1, readers: ['a'], origins: ['https://a/b'] } }, { tokens }, 'origins'],
  ])('refuses %s', (_, value, identity, says) => {
    const told = faultsOf(encryption(value, identity)).findings.map(({ pointer, message }) => `${pointer}: ${message}`);
    expect(told).toContainEqual(expect.stringContaining(says));
    expect(told.join()).not.toContain('c3RyZW5n');
  });

  it('is open to everybody on this machine, where that is said', () => {
    expect(read(encryption({ key: KEY, codecServer: { port: 0, readers: ['everybody'] } }, {}))).toBeDefined();
  });
});
