import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { temporalSettings } from '../../../client/temporal-settings.js';
import { Failure } from '../../../lifecycle/failures.js';

/** Proves that Temporal is found as its own tools find it, and that settings which cannot be used are told without what they hold. */
describe("Temporal's settings", () => {
  let home: string;
  const given = Object.entries(process.env).filter(([name]) => name.startsWith('TEMPORAL_'));
  const clear = () =>
    Object.keys(process.env)
      .filter((name) => name.startsWith('TEMPORAL_'))
      .forEach((name) => delete process.env[name]);
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'steward-temporal-settings-'));
    const profiles =
      '[profile.prod]\naddress = "prod.example:7233"\nnamespace = "products"\napi_key = "from-the-file"\n[profile.prod.codec]\nendpoint = "https://codec.example"\n';
    await writeFile(join(home, 'temporal.toml'), profiles);
    await writeFile(join(home, 'broken.toml'), 'api_key = "a-secret\n');
  });
  afterEach(clear);
  afterAll(async () => {
    Object.assign(process.env, Object.fromEntries(given));
    await rm(home, { recursive: true });
  });
  const read = (settings: Record<string, string>) => {
    clear();
    Object.assign(process.env, { TEMPORAL_CONFIG_FILE: join(home, 'none.toml'), ...settings });
    return temporalSettings();
  };

  it('are those of this machine when nothing is said', () => {
    expect(read({})).toMatchObject({ address: '127.0.0.1:7233', namespace: 'default' });
    expect(read({ TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '' })).toMatchObject({ address: '127.0.0.1:7233', namespace: 'default' });
  });

  it('are those of a profile, and variables come before it', () => {
    const profile = { TEMPORAL_CONFIG_FILE: join(home, 'temporal.toml'), TEMPORAL_PROFILE: 'prod' };
    const settings = read(profile);
    expect(settings).toMatchObject({ address: 'prod.example:7233', namespace: 'products', connectionOptions: { apiKey: 'from-the-file' } });
    // A key is sent over TLS only, unless somebody says otherwise.
    expect(settings.connectionOptions.tls).toBeTruthy();
    expect(read({ ...profile, TEMPORAL_ADDRESS: 'other.example:7233' })).toMatchObject({
      address: 'other.example:7233',
      namespace: 'products',
    });
  });

  it('name a codec server where there is one', () => {
    expect(read({}).codec).toBeUndefined();
    const profile = { TEMPORAL_CONFIG_FILE: join(home, 'temporal.toml'), TEMPORAL_PROFILE: 'prod' };
    expect(read(profile).codec).toEqual({ endpoint: 'https://codec.example' });
    expect(read({ ...profile, TEMPORAL_CODEC_AUTH: 'Bearer mine' }).codec).toEqual({
      endpoint: 'https://codec.example',
      auth: 'Bearer mine',
    });
    expect(read({ TEMPORAL_CODEC_ENDPOINT: 'http://127.0.0.1:8444', TEMPORAL_CODEC_AUTH: '' }).codec).toEqual({
      endpoint: 'http://127.0.0.1:8444',
    });
  });

  it.each<[string, () => Record<string, string>, RegExp]>([
    ['a profile that is not there', () => ({ TEMPORAL_PROFILE: 'nowhere' }), /Profile 'nowhere' not found/],
    ['a file that is no TOML', () => ({ TEMPORAL_CONFIG_FILE: join(home, 'broken.toml') }), /Invalid TOML document/],
    [
      'a certificate that is not there',
      () => ({ TEMPORAL_TLS: 'true', TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(home, 'ca.pem') }),
      /ca\.pem cannot be read \(ENOENT\)/,
    ],
  ])('cannot be used with %s, and nothing of them is shown', (_, settings, says) => {
    let failed: unknown;
    try {
      read(settings());
    } catch (error) {
      failed = error;
    }
    expect(failed).toBeInstanceOf(Failure);
    expect(failed).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(says),
      next: expect.stringContaining('TEMPORAL_PROFILE'),
    });
    expect((failed as Error).message).not.toContain('a-secret');
  });
});
