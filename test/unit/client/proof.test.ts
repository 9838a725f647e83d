import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { proofOf } from '../../../client/proof.js';
import { ed25519 } from '../../support/signed.js';

const names = ['STEWARD_KEY', 'STEWARD_TOKEN', 'STEWARD_TOKEN_FROM', 'STEWARD_ENDPOINT'] as const;
type Settings = { [name in (typeof names)[number]]?: string };

/** Proves by what somebody shows who he is: what the command says comes before what its environment says, and two answers are none. */
describe('who speaks', () => {
  let home: string;
  let key: string;
  let token: string;
  const endpoint = 'https://steward.example';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'steward-proof-'));
    [key, token] = [join(home, 'key'), join(home, 'token')];
    await writeFile(key, JSON.stringify(ed25519().key.export({ format: 'jwk' })));
    await writeFile(token, 'eyJ.a.b\n');
    await writeFile(join(home, 'empty'), '\n');
    await writeFile(join(home, 'public'), JSON.stringify(ed25519().written));
  });
  afterAll(() => rm(home, { recursive: true }));
  afterEach(() => names.forEach((name) => delete process.env[name]));

  const by = (options: Parameters<typeof proofOf>[0], settings: Settings = {}) => {
    Object.assign(process.env, settings);
    return proofOf(options);
  };

  it('is a word, a key with a name, or a token with an endpoint', async () => {
    expect(await by({})).toEqual({ by: 'word', name: undefined });
    expect(await by({ as: 'ann' }, { STEWARD_KEY: '', STEWARD_TOKEN: '', STEWARD_ENDPOINT: endpoint })).toEqual({
      by: 'word',
      name: 'ann',
    });
    expect(await by({ as: 'ann', key })).toMatchObject({ by: 'key', name: 'ann' });
    expect(await by({ as: 'ann' }, { STEWARD_KEY: key })).toMatchObject({ by: 'key', name: 'ann' });
    names.forEach((name) => delete process.env[name]);
    expect(await by({ tokenFile: token, endpoint })).toMatchObject({ by: 'token' });
    expect(await by({}, { STEWARD_TOKEN: 'eyJ.a.b', STEWARD_ENDPOINT: endpoint })).toMatchObject({ by: 'token' });
    expect(await by({ tokenFrom: 'github', endpoint })).toMatchObject({ by: 'token' });
    delete process.env['STEWARD_TOKEN'];
    expect(await by({}, { STEWARD_TOKEN_FROM: 'github', STEWARD_ENDPOINT: endpoint })).toMatchObject({ by: 'token' });
  });

  it('is what the command says, whatever its environment has', async () => {
    const settings = { STEWARD_KEY: key, STEWARD_TOKEN: 'eyJ.a.b', STEWARD_ENDPOINT: endpoint };
    expect(await by({ as: 'ann', key }, settings)).toMatchObject({ by: 'key' });
    expect(await by({ tokenFile: token }, settings)).toMatchObject({ by: 'token' });
  });

  it.each<{ what: string; options: () => Parameters<typeof proofOf>[0]; settings?: () => Settings; says: string }>([
    { what: 'both by option', options: () => ({ as: 'ann', key, tokenFile: token, endpoint }), says: 'which of them' },
    { what: 'both by environment', options: () => ({}), settings: () => ({ STEWARD_KEY: key, STEWARD_TOKEN: 't' }), says: 'are both set' },
    {
      what: 'a token of a file and of the job',
      options: () => ({ tokenFile: token, tokenFrom: 'github', endpoint }),
      says: 'which of them',
    },
    {
      what: 'a source that is not known',
      options: () => ({ endpoint }),
      settings: () => ({ STEWARD_TOKEN_FROM: 'x' }),
      says: 'known are github',
    },
    { what: 'a key and no name', options: () => ({ key }), says: '--as <name>' },
    { what: 'no such key', options: () => ({ as: 'ann', key: `${key}x` }), says: 'does not exist' },
    { what: 'a folder as key', options: () => ({ as: 'ann', key: home }), says: 'cannot be read (EISDIR)' },
    { what: 'a token as key', options: () => ({ as: 'ann', key: token }), says: 'it is no key that can be read' },
    { what: 'a public key', options: () => ({ as: 'ann', key: join(home, 'public') }), says: 'it is no key that can be read' },
    { what: 'a token and no endpoint', options: () => ({ tokenFile: token }), says: 'STEWARD_ENDPOINT' },
    { what: 'an endpoint and no token', options: () => ({ endpoint }), says: 'set STEWARD_TOKEN, or --token-file' },
    { what: 'an empty token file', options: () => ({ tokenFile: join(home, 'empty'), endpoint }), says: 'the token is empty' },
    { what: 'an unsafe endpoint', options: () => ({ tokenFile: token, endpoint: 'http://steward.example' }), says: 'is not https' },
  ])('is not known by $what', async ({ options, settings, says }) => {
    const failed = (await by(options(), settings?.()).catch((error: unknown) => error)) as Error;
    expect(failed).toMatchObject({ type: 'InvalidInput', message: expect.stringContaining(says) });
    expect(failed.message).not.toContain('eyJ');
  });
});
