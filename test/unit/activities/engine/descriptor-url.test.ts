import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { createFetch } from '../../../../activities/engine/descriptor-url.js';
import { openBundle, readDescriptor } from '../../../../descriptors/index.js';
import { Failure } from '../../../../lifecycle/failures.js';
import { openTlsHost, type Page, type TlsHost } from '../../../support/tls-host.js';
import { minimal } from '../../descriptors/example.js';

/** Proves that descriptors come from real hosts of https and real repositories of git, and that nothing else happens on the way. */
describe('descriptorUrl', () => {
  let host: TlsHost;
  let folder: string;
  let commit: string;
  const loopback = ['127.0.0.0/8', '::1'];
  const fetch = (address: string, settings: Partial<Parameters<typeof createFetch>[0]> = {}) =>
    createFetch({ hosts: [host.host], networks: loopback, authorities: host.authority, scratch: join(folder, 'scratch'), ...settings })(
      address,
    );
  const refusal = async (address: string, settings: Partial<Parameters<typeof createFetch>[0]> = {}): Promise<Failure> => {
    const error: unknown = await fetch(address, settings).catch((thrown: unknown) => thrown);
    if (error instanceof Failure) return error;
    throw new Error(`not refused: ${String(error)}`);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steward-url-'));
    host = await openTlsHost();
    commit = await makeRepository(join(folder, 'repositories', 'products'));
    host.serveRepositories(join(folder, 'repositories'));
  });
  afterAll(async () => {
    await host.close();
    await rm(folder, { recursive: true, force: true });
  });

  const part = minimal().interfaceComponents.outputPorts[0];
  const root = (reference: string): string => {
    const descriptor = minimal();
    descriptor.interfaceComponents.outputPorts = [{ $ref: reference }];
    return JSON.stringify(descriptor, undefined, 2);
  };

  it('by https: the document and what it refers to are fetched from the hosts allowed, without credentials, and packed as they are now', async () => {
    host.pages.set('/a/data-product-descriptor.json', root('ports/placed.json'));
    host.pages.set('/a/ports/placed.json', JSON.stringify(part));
    const before = host.asked.length;
    const files = openBundle((await fetch(`https://${host.host}/a/data-product-descriptor.json`)).bytes);
    const { product, findings } = readDescriptor(files);
    expect(findings).toEqual([]);
    expect(product?.interfaceComponents.outputPorts[0]?.name).toBe('placed');
    const asked = host.asked.slice(before);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /a/data-product-descriptor.json', 'GET /a/ports/placed.json']);
    for (const { headers } of asked)
      for (const name of ['authorization', 'cookie', 'proxy-authorization']) expect(headers).not.toHaveProperty(name);
  });

  it('private addresses are refused unless the network is named', async () => {
    host.pages.set('/root.json', '{}');
    for (const networks of [[], ['10.0.0.0/8'], ['not a network', '127.0.0.1/999']])
      expect((await refusal(`https://${host.host}/root.json`, { networks })).message).toContain('private or reserved');
    await expect(fetch(`https://${host.host}/root.json`)).resolves.toBeDefined();
  });

  it('a certificate that the authorities do not vouch for is refused', async () => {
    const failure = await refusal(`https://${host.host}/root.json`, { authorities: undefined });
    expect(failure).toMatchObject({ type: 'InvalidInput', message: expect.stringContaining('could not be asked') });
    const byGit = await refusal(`git+https://${host.host}/git/products@${commit}#orders`, { authorities: undefined });
    expect(byGit).toMatchObject({ type: 'InvalidInput', message: expect.stringContaining('certificate') });
  });

  it('redirects are followed to hosts allowed only', async () => {
    const to =
      (location: string): Page =>
      (_, response) =>
        void response.writeHead(302, { location }).end();
    host.pages.set('/moved.json', to('/a/data-product-descriptor.json'));
    host.pages.set('/out.json', to('https://elsewhere.example/x.json'));
    host.pages.set('/plain.json', to(`http://${host.host}/a/data-product-descriptor.json`));
    host.pages.set('/around.json', to('/around.json'));
    const files = openBundle((await fetch(`https://${host.host}/moved.json`)).bytes);
    // References are relative to where the document was in the end.
    expect(readDescriptor(files).findings).toEqual([]);
    expect((await refusal(`https://${host.host}/out.json`)).message).toContain('elsewhere.example is not among the hosts allowed');
    expect((await refusal(`https://${host.host}/plain.json`)).message).toContain('only https');
    expect((await refusal(`https://${host.host}/around.json`)).message).toContain('redirects more than');
  });

  it('too much, and what is not there, are refused; a host that is down or busy is worth another try', async () => {
    host.pages.set('/endless.json', (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    host.pages.set('/busy.json', (_, response) => void response.writeHead(503).end());
    host.pages.set(
      '/cut.json',
      (_, response) => void response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy()),
    );
    expect(await refusal(`https://${host.host}/endless.json`)).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('more than'),
    });
    expect(await refusal(`https://${host.host}/none.json`)).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('404'),
    });
    expect((await refusal(`https://${host.host}/busy.json`)).type).toBe('SystemUnavailable');
    expect((await refusal(`https://${host.host}/cut.json`)).type).toBe('SystemUnavailable');
    expect((await refusal('https://localhost:1/x.json', { hosts: ['localhost:1'] })).type).toBe('SystemUnavailable');
    expect((await refusal('https://no-such-host.invalid/x.json', { hosts: ['no-such-host.invalid'] })).type).toBe('SystemUnavailable');
  });

  it.each([
    ['another host', (h: string) => `https://other.${h}/x.json`],
    ['another port', () => 'https://localhost/x.json'],
    ['http', (h: string) => `http://${h}/x.json`],
    ['a file', () => 'file:///etc/passwd'],
    ['credentials', (h: string) => `https://user:hunter2@${h}/x.json`],
    ['no URL', () => 'x.json'],
    ['a branch', (h: string) => `git+https://${h}/git/products@main#orders`],
    ['a short commit', (h: string) => `git+https://${h}/git/products@0123456#orders`],
    ['git over ssh', (h: string) => `git+ssh://git@${h}/git/products@${'0'.repeat(40)}#orders`],
    ['git with credentials', (h: string) => `git+https://user:hunter2@${h}/git/products@${'0'.repeat(40)}#orders`],
    ['git from another host', () => `git+https://github.com/o/r@${'0'.repeat(40)}#orders`],
    ['a path out of the repository', (h: string) => `git+https://${h}/git/products@${'0'.repeat(40)}#../other`],
    ['the same in disguise', (h: string) => `git+https://${h}/git/products@${'0'.repeat(40)}#a/%2e%2e/%2e%2e/other`],
    ['an option of git', (h: string) => `git+https://${h}/git/--upload-pack=x@${'0'.repeat(39)}`],
  ])('%s is refused before anything is asked', async (_what, address) => {
    const before = host.asked.length;
    const failure = await refusal(address(host.host));
    expect(failure.type).toBe('InvalidInput');
    expect(failure.message).not.toContain('hunter2');
    expect(host.asked).toHaveLength(before);
  });

  it('by git: the commit is fetched from the repository, and the bundle is what the command line would pack', async () => {
    const before = host.asked.length;
    for (const path of ['orders', 'orders/data-product-descriptor.json']) {
      const files = openBundle((await fetch(`git+https://${host.host}/git/products@${commit}#${path}`)).bytes);
      const { findings } = readDescriptor(files);
      expect(findings).toEqual([]);
      // Byte for byte, whatever attributes the repository sets; nothing of links, submodules and other folders.
      expect(files.list()).toEqual(['data-product-descriptor.json', 'infra/main.tf', 'infra/pointer.tf', 'ports/placed.json']);
      expect(new TextDecoder().decode(files.read('infra/main.tf'))).toBe('# $Id$ $Format:%H$\r\nvariable "x" {}\r\n');
      expect(new TextDecoder().decode(files.read('infra/pointer.tf'))).toContain('git-lfs');
    }
    expect(host.asked.slice(before).every(({ url }) => url?.startsWith('/git/products/'))).toBe(true);
    for (const { headers } of host.asked.slice(before)) expect(headers).not.toHaveProperty('authorization');
    // Nothing is left behind.
    const left = await readdir(join(folder, 'scratch'), { recursive: true });
    expect(left.filter((name) => name.includes('repository'))).toEqual([]);
  });

  it('by git: the former commit gives its own content', async () => {
    const former = (await execa('git', ['rev-parse', `${commit}^`], { cwd: join(folder, 'repositories', 'products') })).stdout;
    const files = openBundle((await fetch(`git+https://${host.host}/git/products@${former}#orders`)).bytes);
    expect(files.has('infra/pointer.tf')).toBe(false);
  });

  it('by git: what is not there is told', async () => {
    const at = (path: string, id = commit): string => `git+https://${host.host}/git/${path.split('#')[0]}@${id}#${path.split('#')[1]}`;
    expect(await refusal(at('products#orders', 'f'.repeat(40)))).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('git fetch'),
    });
    expect(await refusal(at('none#orders'))).toMatchObject({ type: 'InvalidInput' });
    expect(await refusal(at('products#nowhere'))).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('holds none of'),
    });
    expect(await refusal(at('products#orders/none.json'))).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('does not exist'),
    });
    expect((await refusal(at('products#orders'), { networks: [] })).message).toContain('private or reserved');
  });

  it('by git: a redirect to elsewhere is not followed', async () => {
    host.pages.set(
      '/moved/info/refs?service=git-upload-pack',
      (_, response) =>
        void response.writeHead(302, { location: `https://${host.host}/git/products/info/refs?service=git-upload-pack` }).end(),
    );
    expect((await refusal(`git+https://${host.host}/moved@${commit}#orders`)).message).toContain('git fetch');
  });

  /** A repository in which everything is set up that makes git do more than fetch. Two commits; gives the second. */
  async function makeRepository(place: string): Promise<string> {
    const files: { [path: string]: string } = {
      'orders/data-product-descriptor.json': (() => {
        const descriptor = minimal();
        descriptor.interfaceComponents.outputPorts = [{ $ref: 'ports/placed.json' }];
        Object.assign(descriptor.internalComponents.infrastructuralComponents[0] as object, {
          provisionInfo: { service: 'terraform', template: { mediaType: 'text/terraform', $href: 'infra' }, configurations: {} },
        });
        return JSON.stringify(descriptor);
      })(),
      'orders/ports/placed.json': JSON.stringify(part),
      'orders/infra/main.tf': '# $Id$ $Format:%H$\r\nvariable "x" {}\r\n',
      'orders/unused.txt': 'not referred to',
      'other/data-product-descriptor.json': '{}',
      '.gitattributes': '* text=auto eol=lf ident export-subst filter=evil\n',
      '.gitmodules': '[submodule "orders/sub"]\n\tpath = orders/sub\n\turl = https://elsewhere.example/sub\n',
    };
    const git = (...args: string[]) =>
      execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'core.autocrlf=false', ...args], {
        cwd: place,
        env: { GIT_CONFIG_GLOBAL: '/dev/null' },
      });
    await mkdir(place, { recursive: true });
    await git('init', '--quiet');
    // Committed as they are: the attributes come into being after them.
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(place, path)), { recursive: true });
      await writeFile(join(place, path), text);
      const { stdout: id } = await git('hash-object', '-w', '--no-filters', path);
      await git('update-index', '--add', '--cacheinfo', `100644,${id},${path}`);
    }
    await git('commit', '--quiet', '-m', 'one');
    await symlink('/etc/passwd', join(place, 'orders/infra/passwd'));
    await git('add', 'orders/infra/passwd');
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 1\n`;
    await writeFile(join(place, 'orders/infra/pointer.tf'), pointer);
    const { stdout: id } = await git('hash-object', '-w', '--no-filters', 'orders/infra/pointer.tf');
    await git('update-index', '--add', '--cacheinfo', `100644,${id},orders/infra/pointer.tf`);
    await git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},orders/infra/sub`);
    await git('commit', '--quiet', '-m', 'two');
    return (await git('rev-parse', 'HEAD')).stdout;
  }
});
