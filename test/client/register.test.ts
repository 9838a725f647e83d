import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { registerWorkflowId } from '../../lifecycle/ids.js';
import { commandLine, jsonOf } from '../support/command-line.js';
import { eventually } from '../support/eventually.js';
import { withFolder } from '../support/product-folder.js';
import { smallProduct } from '../support/small-product.js';
import type { SmallParts } from '../support/small-product.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';

describe('steward register', () => {
  let world: StewardWorld;
  let steward: ReturnType<typeof commandLine>;
  beforeAll(async () => {
    world = await openWorld();
    world.options.registration = { starters: [{ operations: ['register'], groups: ['everybody'], domains: ['Testing'] }] };
    await world.startWorker();
    steward = commandLine(world);
  });
  afterAll(() => world.close());

  const registering = (name: string, parts: SmallParts, args: string[] = [], change = (text: string) => text) => {
    const { files } = smallProduct(world, name, parts);
    const root = 'data-product-descriptor.json';
    return withFolder({ ...files, [root]: change(files[root]!) }, (folder) =>
      steward(['register', folder, '--as', 'developer@localhost', ...args], { cwd: '/' }),
    );
  };
  const runs = async () => {
    const ids: string[] = [];
    for await (const { workflowId } of world.client.workflow.list()) ids.push(workflowId);
    return ids;
  };

  it('packs and uploads the folder, so that the worker needs no disk of the client; a second time changes nothing', async () => {
    const { line } = smallProduct(world, 'kept', {});
    const first = await registering('kept', {}, ['--output', 'json']);
    expect(first.exitCode).toBe(0);
    expect(jsonOf(first)).toMatchObject({ state: 'registered', product: line, version: '1.0.0' });
    expect(first.stderr.split('\n')[0]).toContain(`/workflows/${encodeURIComponent(registerWorkflowId(line, '1.0.0'))}`);
    const again = await registering('kept', {});
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(again.stdout).toContain('already registered, with the same content');

    const dry = await registering('kept', { version: '1.1.0' }, ['--dry-run', '--output', 'json']);
    expect(jsonOf(dry)).toMatchObject({ state: 'valid', version: '1.1.0' });
    expect(Object.keys((await world.catalog.products.read(line))!.record.versions)).toEqual(['1.0.0']);
  });

  it('refuses an invalid descriptor before anything is sent', async () => {
    const before = await runs();
    const told = await registering('invalid', {}, ['--output', 'json'], (text) => text.replace('"owner"', '"woner"'));
    expect(told.exitCode).toBe(2);
    expect(jsonOf(told)).toMatchObject({ error: { type: 'InvalidDescriptor', details: { findings: expect.any(Array) } } });
    expect(await runs()).toEqual(before);
  });

  it('refuses a literal secret under its own name, and the value is nowhere', async () => {
    const secret = 'hunter2-hunter2-hunter2';
    const withSecret = (text: string) => text.replace('"TF_VAR_topic_prefix"', `"password": "${secret}", "TF_VAR_topic_prefix"`);
    const parts = { terraform: 'variable "topic_prefix" {}' };
    const told = await registering('leaky', parts, [], withSecret);
    expect(told.exitCode).toBe(2);
    expect(told.stderr).toMatch(/^SecretInInput: /);
    expect(told.stdout + told.stderr).not.toContain(secret);

    // The same past the command line: the workflow refuses it, too, and its history does not hold the value.
    const { files } = smallProduct(world, 'leaky', parts);
    const root = 'data-product-descriptor.json';
    const bundle = await world.uploadFiles({ ...files, [root]: withSecret(files[root]!) });
    const handle = await world.start('registerDataProduct', 'leaky', { bundle });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'SecretInInput' } });
    const shown = await steward(['status', 'leaky']);
    expect(shown.stdout).toContain('SecretInInput: ');
    expect(JSON.stringify(await handle.fetchHistory()) + shown.stdout).not.toContain(secret);
    expect(JSON.stringify(await handle.fetchHistory())).not.toContain(Buffer.from(secret).toString('base64').slice(0, 24));
  });

  it('tells all reasons when the version is not compatible, and when it is registered with other content', async () => {
    expect(await registering('evolving', {})).toMatchObject({ exitCode: 0 });
    const fields = [
      { name: 'id', type: 'int' },
      { name: 'needed', type: 'string' },
    ];
    const told = await registering('evolving', { version: '1.0.1', fields }, ['--output', 'json']);
    expect(told.exitCode).toBe(2);
    const { error } = jsonOf<{ error: { type: string; message: string; next: string } }>(told);
    expect(error.type).toBe('NotCompatible');
    expect(error.message).toMatch(/against 1\.0\.0: [^]*against 1\.0\.0: /);

    const other = await registering('evolving', {}, [], (text) => text.replace('A product of the tests', 'Another product of the tests'));
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toMatch(/^VersionExists: .* 1\.0\.0 is registered with other content/);
    expect(other.stderr).toMatch(/^Next: /m);
  });

  it('waits where a change needs approval: refused to the requester, granted by another; a dry run asks nobody, a no refuses the version', async () => {
    const { line } = smallProduct(world, 'agreed', {});
    expect(await registering('agreed', {})).toMatchObject({ exitCode: 0 });
    // Old records do not have it: who replays them with the new schema breaks.
    const next = {
      version: '1.1.0',
      fields: [
        { name: 'id', type: 'string' },
        { name: 'needed', type: 'string' },
      ],
    };
    const versions = async () => Object.keys((await world.catalog.products.read(line))!.record.versions);
    const dry = await registering('agreed', next, ['--dry-run', '--output', 'json']);
    expect(jsonOf(dry)).toMatchObject({ state: 'valid' });
    expect(jsonOf<{ findings: object[] }>(dry).findings).toContainEqual(
      expect.objectContaining({ rule: 'policy/change-needs-approval', blocking: true }),
    );
    const told = await registering('agreed', next, ['--dry-run']);
    expect(told.stdout).toMatch(/^may be registered when it is approved by platform; nothing was saved: /m);

    const asked = async () => {
      const running = registering('agreed', next, ['--reason', 'for the audit']);
      const short = await eventually(
        async () => jsonOf<{ approvals: { digest: string }[] }>(await steward(['approvals', '--output', 'json'])).approvals[0]?.digest,
        'somebody is asked',
      );
      return { running, exception: short.slice('sha256:'.length, 'sha256:'.length + 12) };
    };
    const first = await asked();
    expect(await steward(['approvals'])).toMatchObject({ stdout: expect.stringContaining('developer@localhost: for the audit') });
    expect(await versions()).toEqual(['1.0.0']);
    const own = await steward(['approve', first.exception, '--as', 'developer@localhost']);
    expect(own).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('the requester may not decide') });
    expect(await steward(['reject', first.exception, '--as', 'approver@localhost', '--comment', 'not yet'])).toMatchObject({ exitCode: 0 });
    expect(await first.running).toMatchObject({ exitCode: 8, stderr: expect.stringContaining('not yet') });
    expect(await versions()).toEqual(['1.0.0']);

    const second = await asked();
    expect(await steward(['approve', second.exception, '--as', 'approver@localhost'])).toMatchObject({ exitCode: 0 });
    const registered = await second.running;
    expect(registered).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^registered: /m) });
    expect(registered.stdout).toMatch(/ approved .*C35/);
    expect(registered.stdout).not.toMatch(/ error |ask an approver/);
    expect(await versions()).toEqual(['1.0.0', '1.1.0']);
    const evidence = (await world.catalog.evidence.list(line)).at(-1)!;
    expect(await world.catalog.evidence.read(evidence)).toMatchObject({
      version: '1.1.0',
      findings: expect.arrayContaining([expect.objectContaining({ exceptedBy: expect.any(String) })]),
    });
  });

  it('refuses a registration to whom the configuration does not let register in the domain', async () => {
    const { files } = smallProduct(world, 'foreign', {});
    const root = 'data-product-descriptor.json';
    const bundle = await world.uploadFiles({ ...files, [root]: files[root]!.replace('"Testing"', '"Elsewhere"') });
    const handle = await world.start('registerDataProduct', 'foreign', { bundle, requestedBy: 'developer@localhost' });
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'NotAllowed', message: expect.stringContaining('may not start register in registry for domain Elsewhere') },
    });
  });

  it('names the setting that is missing, and the store that does not answer', async () => {
    const { files } = smallProduct(world, 'unsent', {});
    await withFolder(files, async (folder) => {
      const env = (changes: Record<string, string>) => steward(['register', folder], { env: changes });
      const [bucket, key, store] = await Promise.all([
        env({ STEWARD_CATALOG_BUCKET: '' }),
        env({ AWS_SECRET_ACCESS_KEY: '' }),
        env({ STEWARD_CATALOG_ENDPOINT: 'http://127.0.0.1:1' }),
      ]);
      expect(bucket).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('STEWARD_CATALOG_BUCKET is not set') });
      expect(key).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('AWS_SECRET_ACCESS_KEY is not set') });
      expect(store).toMatchObject({ exitCode: 11, stderr: expect.stringContaining('SystemUnavailable: S3 at http://127.0.0.1:1') });
    });
  });
});
