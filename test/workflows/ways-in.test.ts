import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { idOf } from '../../descriptors/index.js';
import { idsOf } from '../../descriptors/identify/index.js';
import type { OperationResult, RegisterResult } from '../../lifecycle/operations.js';
import { commandLine, jsonOf } from '../support/command-line.js';
import { smallProduct } from '../support/small-product.js';
import { openWorld, type StewardWorld } from '../support/steward-world.js';
import { openTlsHost, type TlsHost } from '../support/tls-host.js';

/** Proves that a product comes in by the address of a commit or a document, and is found by its names and ids from then on. */
describe('ways in', () => {
  let world: StewardWorld;
  let host: TlsHost;
  let folder: string;
  const product = () => smallProduct(world, 'byurl', {});

  beforeAll(async () => {
    world = await openWorld();
    host = await openTlsHost();
    folder = await mkdtemp(join(tmpdir(), 'steward-ways-'));
    world.options.descriptors = { hosts: [host.host], networks: ['127.0.0.0/8', '::1'], authorities: host.authority };
    await world.startWorker();
  });
  afterAll(async () => {
    await world.close();
    await host.close();
    await rm(folder, { recursive: true, force: true });
  });

  const register = async (input: object): Promise<RegisterResult> =>
    (
      await world.start('registerDataProduct', `register-${Math.random()}`, { requestedBy: 'ann', ...input })
    ).result() as Promise<RegisterResult>;

  it('registers a commit of a git repository; the documents behind https are the same content', async () => {
    const { files, line, version } = product();
    const repository = join(folder, 'products');
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(repository, path)), { recursive: true });
      await writeFile(join(repository, path), text);
      host.pages.set(`/${path}`, text);
    }
    const git = (...args: string[]) => execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: repository });
    await git('init', '--quiet');
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'one');
    const { stdout: commit } = await git('rev-parse', 'HEAD');
    host.serveRepositories(folder);

    const plain = await register({ descriptorUrl: `https://${host.host}/data-product-descriptor.json`, dryRun: true });
    expect(plain).toMatchObject({ state: 'valid', product: line, version });
    const registered = await register({ descriptorUrl: `git+https://${host.host}/git/products@${commit}` });
    expect(registered).toMatchObject({ state: 'registered', product: line, version });
    expect(registered.bundle).toBe(await world.uploadFiles(files));
  });

  it('refuses at once what may not be fetched', async () => {
    await expect(register({ descriptorUrl: 'https://elsewhere.example/x.json' })).rejects.toMatchObject({
      cause: { type: 'InvalidInput' },
    });
    await expect(register({ descriptorUrl: 'https://a.example/x.json', descriptor: {} })).rejects.toMatchObject({
      cause: {
        type: 'InvalidInput',
        message: expect.stringMatching(/wrong: either bundle, descriptorUrl or descriptor is needed, not both\./),
      },
    });
  });

  it('plans it by its line, its fully qualified name, older spellings and ids', async () => {
    const { line, fqn, version } = product();
    const older = line.replace('urn:dpds:', 'urn:').concat(':1.0.0');
    for (const name of [line, fqn, older, idOf(fqn), ...idsOf(line)]) {
      const input = { product: name, version, environment: 'local', requestedBy: 'ann', dryRun: true };
      const run = await world.start('deployDataProduct', `deploy-${Math.random()}`, input);
      expect(await run.result()).toMatchObject({ state: 'planned', product: line, fqn } satisfies Partial<OperationResult>);
    }
    const steward = commandLine(world);
    const planned = await steward(['plan', idOf(fqn), version, '--as', 'ann', '--output', 'json']);
    expect(jsonOf(planned)).toMatchObject({ state: 'planned', product: line });
    const { runs } = jsonOf<{ runs: { product: string }[] }>(await steward(['status', idOf(fqn), '--output', 'json']));
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.every((each) => each.product === line)).toBe(true);
    const nobody = await steward(['plan', idOf('nobody'), version, '--output', 'json']);
    expect(jsonOf(nobody)).toMatchObject({ error: { type: 'UnknownProduct' } });
    const unknown = { product: idOf('nobody'), version, environment: 'local', requestedBy: 'ann' };
    const run = await world.start('recoverDataProduct', `recover-${Math.random()}`, unknown);
    await expect(run.result()).rejects.toMatchObject({ cause: { type: 'UnknownProduct' } });
  });
});
