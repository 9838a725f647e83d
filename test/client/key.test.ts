import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readEncryptionKey } from '../../encryption/index.js';
import { readPrivateKey, signRequest, thumbprintOf, verifyRequest } from '../../identity/index.js';
import type { PublicKey } from '../../lifecycle/environment.js';
import { commandLine, jsonOf } from '../support/command-line.js';
import { plainGovernance } from '../support/governance.js';
import { rsa } from '../support/signed.js';

/** Proves that a key is made for its owner's eyes only, and that its public half, as it is told, is what verifies. */
describe('steward key', () => {
  const steward = commandLine();
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'steward-key-'));
  });
  afterAll(() => rm(home, { recursive: true }));

  it('create writes a private key that nobody else may read, and tells the configuration that knows it', async () => {
    const file = join(home, 'ann.jwk');
    const made = await steward(['key', 'create', '--out', file, '--as', 'ann@example.com']);
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, 'utf8');
    expect(made.stdout).not.toContain((JSON.parse(text) as { d: string }).d);

    const line = made.stdout.split('\n').find((each) => each.trim().startsWith('keys: '))!;
    const { keys } = parse(line) as { keys: { [person: string]: PublicKey[] } };
    const place = { name: 'prod', ...plainGovernance({ keys }) };
    const about = { operation: 'deploy', environment: 'prod', input: `sha256:${'a'.repeat(64)}` } as const;
    const statement = await signRequest({ sub: 'ann@example.com', ...about }, readPrivateKey(text));
    expect(await verifyRequest(place, [], statement, about)).toMatchObject({ person: { name: 'ann@example.com' } });
  });

  it('create makes a key to encrypt with, too, and tells its name and where it goes, not the key', async () => {
    const file = join(home, 'encryption');
    const made = await steward(['key', 'create', '--encryption', '--out', file, '--output', 'json']);
    const text = await readFile(file, 'utf8');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(jsonOf(made)).toEqual({ file, id: readEncryptionKey(text).id, configuration: { encryption: { key: `file:${file}` } } });
    expect(made.stdout + made.stderr).not.toContain(text.trim());
    expect(await steward(['key', 'create', '--encryption', '--out', file])).toMatchObject({ exitCode: 2 });
    expect(await steward(['key', 'show', '--encryption', file])).toMatchObject({ exitCode: 1 });
  });

  it('create overwrites nothing, and wants to know where to', async () => {
    const file = join(home, 'mine');
    await writeFile(file, 'mine');
    const refused = await steward(['key', 'create', '--out', file]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('no key is overwritten') });
    expect(await readFile(file, 'utf8')).toBe('mine');
    for (const args of [['create'], ['create', file], ['show'], ['show', join(home, 'none')], ['create', '--out', join(home, 'no/folder')]])
      expect(await steward(['key', ...args])).toMatchObject({ exitCode: 1, stdout: '' });
  });

  it('show tells the public half of a private key, whichever form it has, and nothing else of it', async () => {
    const { key, written } = rsa(2048);
    for (const [name, text] of [
      ['key.pem', key.export({ format: 'pem', type: 'pkcs8' }) as string],
      ['key.jwk', JSON.stringify(key.export({ format: 'jwk' }))],
    ] as const) {
      await writeFile(join(home, name), text, { mode: 0o600 });
      const shown = await steward(['key', 'show', join(home, name), '--output', 'json']);
      expect(jsonOf(shown)).toEqual({
        publicKey: written,
        thumbprint: await thumbprintOf(key),
        configuration: { keys: { 'you@example.com': [written] } },
      });
    }
    await writeFile(join(home, 'short.pem'), rsa(1024).key.export({ format: 'pem', type: 'pkcs8' }));
    const refused = await steward(['key', 'show', join(home, 'short.pem')]);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('RSA of at least 2048 bits') });
  });
});
