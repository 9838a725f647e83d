import { describe, expect, it } from '@jest/globals';
import { isPublicAddress } from '../../../../descriptors/bundle/addresses.js';
import { fetchRemote, FetchRefused, gatherRemote, type Transport } from '../../../../descriptors/bundle/index.js';
import { filesOf, openBundle, packFiles, readDescriptor } from '../../../../descriptors/index.js';
import { bundle, minimal } from '../example.js';

const PUBLIC = '93.184.215.14';
const text = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

/** A web in memory: addresses by host, answers by URL. */
function web(hosts: { [host: string]: string[] }, answers: { [url: string]: { status?: number; location?: string; body?: unknown } }) {
  const asked: { url: string; address: string }[] = [];
  const transport: Transport = {
    resolve: (host) => Promise.resolve(hosts[host] ?? []),
    get: (url, address) => {
      asked.push({ url: url.href, address });
      const { status = 200, location, body = '' } = answers[url.href] ?? { status: 404 };
      return Promise.resolve({ status, body: text(body), ...(location !== undefined && { location }) });
    },
  };
  return { transport, asked };
}

describe('addresses', () => {
  it.each(['93.184.215.14', '1.1.1.1', '172.32.0.1', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1'],
    ...[
      '255.255.255.255',
      '198.18.0.1',
      '::1',
      '::',
      'fe80::1',
      'fc00::1',
      'fd12::1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '64:ff9b::7f00:1',
    ],
    ...['2002:7f00:1::', '2001:db8::1', 'ff02::1', 'localhost', '', '2130706433', '0x7f.1'],
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('a document of another host', () => {
  it('is fetched from the address that was checked, redirects and all', async () => {
    const { transport, asked } = web(
      { 'a.example': [PUBLIC], 'b.example': ['1.1.1.1'] },
      {
        'https://a.example/x.json': { status: 302, location: 'https://b.example/y.json#part' },
        'https://b.example/y.json': { body: '{}' },
      },
    );
    const { url } = await fetchRemote('https://a.example/x.json', { hosts: ['a.example', 'b.example'] }, transport);
    expect(url.href).toBe('https://b.example/y.json');
    expect(asked).toEqual([
      { url: 'https://a.example/x.json', address: PUBLIC },
      { url: 'https://b.example/y.json', address: '1.1.1.1' },
    ]);
  });

  it.each([
    ['another host', 'https://c.example/x', 'not among'],
    ['another port', 'https://a.example:8443/x', 'not among'],
    ['http', 'http://a.example/x', 'only https'],
    ['a file', 'file:///etc/passwd', 'only https'],
    ['credentials', 'https://user:hunter2@a.example/x', 'credentials'],
    ['no URL', 'x.json', 'no URL'],
    ['a private address behind the name', 'https://inside.example/x', 'private'],
    ['one private address among public ones', 'https://both.example/x', 'private'],
    ['no address', 'https://nowhere.example/x', 'no address'],
    ['a private address as host', 'https://127.0.0.1/x', 'private'],
    ['a private address of IPv6 as host', 'https://[::1]/x', 'private'],
    ['a redirect to a private address', 'https://a.example/inside', 'private'],
    ['a redirect to another host', 'https://a.example/away', 'not among'],
    ['a redirect to http', 'https://a.example/plain', 'only https'],
    ['redirects without end', 'https://a.example/round', 'redirects more than'],
    ['too much', 'https://a.example/large', 'more than'],
    ['nothing there', 'https://a.example/none', '404'],
  ])('is refused for %s', async (_why, address, reason) => {
    const hosts = ['a.example', 'inside.example', 'both.example', 'nowhere.example', '127.0.0.1', '[::1]'];
    const { transport } = web(
      { 'a.example': [PUBLIC], 'inside.example': ['10.0.0.1'], 'both.example': [PUBLIC, '169.254.169.254'], 'c.example': [PUBLIC] },
      {
        'https://a.example/inside': { status: 301, location: 'https://inside.example/x' },
        'https://a.example/away': { status: 301, location: 'https://c.example/x' },
        'https://a.example/plain': { status: 301, location: 'http://a.example/x' },
        'https://a.example/round': { status: 301, location: '/round' },
        'https://a.example/large': { body: 'x'.repeat(8 * 1024 * 1024 + 1) },
      },
    );
    const refused = fetchRemote(address, { hosts }, transport);
    await expect(refused).rejects.toBeInstanceOf(FetchRefused);
    await expect(refused).rejects.toThrow(reason);
    await expect(refused).rejects.not.toThrow('hunter2');
  });
});

describe('references to other hosts', () => {
  const withPort = ($ref: string) => {
    const root = minimal();
    root.interfaceComponents.outputPorts = [{ $ref }];
    return root;
  };
  const port = () => minimal().interfaceComponents.outputPorts[0];
  const errors = (files: ReturnType<typeof bundle>) => readDescriptor(files).findings.filter(({ severity }) => severity === 'error');

  it('are not followed by default', async () => {
    const files = bundle({ 'data-product-descriptor.json': withPort('https://a.example/p.json') });
    expect(errors(await gatherRemote(files, {}))).toEqual([expect.objectContaining({ rule: 'R113' })]);
    // Hosts alone fetch nothing: what fetches must be given.
    expect(errors(await gatherRemote(files, { hosts: ['a.example'] }))).toEqual([expect.objectContaining({ rule: 'R113' })]);
  });

  it('are followed into mapped folders, the longest prefix first', async () => {
    const files = bundle({
      'data-product-descriptor.json': withPort('https://a.example/repo/main/ports/p.json#/one'),
      'local/p.json': { one: port() },
    });
    const mapped = { 'https://a.example/repo/main/': 'none', 'https://a.example/repo/main/ports': './local/' };
    const found = readDescriptor(await gatherRemote(files, { mapped }));
    expect(found.findings).toEqual([]);
    expect(found.positions.get('/interfaceComponents/outputPorts/0')).toMatchObject({ file: 'local/p.json', pointer: '/one' });
    const out = await gatherRemote(files, { mapped: { 'https://a.example/repo/': '../..' } });
    expect(errors(out)).toEqual([expect.objectContaining({ rule: 'R113' })]);
  });

  it('are fetched from allowed hosts with what they refer to, and kept in the bundle', async () => {
    const { transport, asked } = web(
      { 'a.example': [PUBLIC] },
      {
        'https://a.example/ports/p.json': { body: { $ref: '../parts/q.json#/x' } },
        'https://a.example/parts/q.json': { body: { x: port() } },
      },
    );
    const files = bundle({ 'data-product-descriptor.json': withPort('https://a.example/ports/p.json') });
    const gathered = await gatherRemote(files, { hosts: ['a.example'], transport });
    expect(asked).toHaveLength(2);
    expect(readDescriptor(gathered).findings).toEqual([]);
    const contents = new Map(gathered.list().map((path) => [path, gathered.read(path)]));
    const { bytes } = await packFiles(gathered.root, contents, gathered.remote());
    expect(readDescriptor(openBundle(bytes)).findings).toEqual([]);
  });

  it('leave a bundle without them as it was, to the byte', async () => {
    const files = new Map([['data-product-descriptor.json', text(minimal())]]);
    const gathered = await gatherRemote(filesOf('data-product-descriptor.json', files), { mapped: { 'https://a.example/': 'x' } });
    expect((await packFiles('data-product-descriptor.json', files, gathered.remote())).digest).toBe(
      (await packFiles('data-product-descriptor.json', files)).digest,
    );
  });
});
