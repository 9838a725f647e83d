import { cp, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Header } from 'tar';
import { BundleError, bundleFromInline, openBundle, packBundle } from '../../../../descriptors/bundle/index.js';
import { readDescriptor } from '../../../../descriptors/index.js';

const EXAMPLE = 'examples/track-and-trace/1.0.0';
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'steward-bundle-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const root = (descriptor: unknown): Promise<void> => writeFile(join(folder, 'data-product-descriptor.json'), JSON.stringify(descriptor));

describe('packing', () => {
  it('gives the same bytes for the same content, whatever the times, modes and order of the files', async () => {
    await cp(EXAMPLE, folder, { recursive: true });
    await utimes(join(folder, 'terraform/topics.tf'), 1, 1);
    const [one, two] = [await packBundle(EXAMPLE), await packBundle(folder)];
    expect(two.digest).toBe(one.digest);
    expect(one.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(Buffer.from(two.bytes).equals(Buffer.from(one.bytes))).toBe(true);
  });

  it('takes parts, foreign documents and whole template folders, and nothing else', async () => {
    const files = openBundle((await packBundle(EXAMPLE)).bytes);
    expect(files.root).toBe('data-product-descriptor.json');
    expect(files.list()).toEqual(
      expect.arrayContaining([
        'ports/trip-status-api.yaml',
        'schemas/trip-status.avsc',
        'terraform/topics.tf',
        'sql/ksqldb/10-trip-events.sql',
      ]),
    );
    expect([...files.folder('terraform').keys()].sort()).toEqual(['outputs.tf', 'topics.tf', 'variables.tf', 'versions.tf']);
    expect(text(files.read('terraform/topics.tf'))).toContain('kafka_topic');
  });

  it('leaves out what is not referred to, states and caches', async () => {
    await root({ template: { $href: './module' } });
    await mkdir(join(folder, 'module/.terraform'), { recursive: true });
    for (const name of [
      'stray.txt',
      'module/main.tf',
      'module/terraform.tfstate',
      'module/terraform.tfstate.backup',
      'module/.terraform/x',
    ])
      await writeFile(join(folder, name), name);
    expect(openBundle((await packBundle(folder)).bytes).list()).toEqual(['data-product-descriptor.json', 'module/main.tf']);
  });

  it('keeps long paths', async () => {
    const long = `${'a'.repeat(90)}/${'b'.repeat(90)}/${'c'.repeat(90)}`;
    await mkdir(join(folder, long), { recursive: true });
    await writeFile(join(folder, long, 'main.tf'), 'x');
    await root({ template: { $href: 'a'.repeat(90) } });
    expect(openBundle((await packBundle(folder)).bytes).list()).toContain(`${long}/main.tf`);
  });

  it.each([['../outside.json'], ['/etc/passwd'], ['ports/../../outside.json'], ['%2e%2e/outside.json'], ['..\\outside.json']])(
    'does not take what the reference %s leads to: reading tells it',
    async (reference) => {
      await root({ interfaceComponents: { outputPorts: [{ $ref: reference }] } });
      const files = openBundle((await packBundle(folder)).bytes);
      expect(files.list()).toEqual(['data-product-descriptor.json']);
      expect(readDescriptor(files).findings).toContainEqual(expect.objectContaining({ rule: 'R113', severity: 'error' }));
    },
  );

  it('refuses a symbolic link that leads out, follows one that stays inside', async () => {
    await root({ a: { $ref: 'link.json' } });
    await writeFile(join(folder, 'target.json'), '{"ok":true}');
    await symlink(join(folder, 'target.json'), join(folder, 'link.json'));
    expect(text(openBundle((await packBundle(folder)).bytes).read('link.json'))).toBe('{"ok":true}');
    await rm(join(folder, 'link.json'));
    await symlink('/etc/hostname', join(folder, 'link.json'));
    await expect(packBundle(folder)).rejects.toThrow('leads out');
  });

  it('refuses more than 20 MiB', async () => {
    await root({ template: { $href: 'big' } });
    await writeFile(join(folder, 'big'), Buffer.alloc(20 * 1024 * 1024 + 1));
    await expect(packBundle(folder)).rejects.toThrow('20971520');
  });

  it('names the folder when there is no descriptor in it', async () => {
    await expect(packBundle(folder)).rejects.toThrow(folder);
  });

  it('packs an inline descriptor', async () => {
    const files = openBundle((await bundleFromInline({ dataProductDescriptor: '1.0.0' })).bytes);
    expect(JSON.parse(text(files.read(files.root)))).toEqual({ dataProductDescriptor: '1.0.0' });
  });
});

const entry = (path: string, content: string, type: 'File' | 'SymbolicLink' = 'File'): Buffer => {
  const header = new Header({
    path,
    mode: 0o644,
    size: type === 'File' ? content.length : 0,
    mtime: new Date(0),
    type,
    ...(type === 'SymbolicLink' && { linkpath: '/etc/passwd' }),
  });
  const block = Buffer.alloc(512);
  header.encode(block, 0);
  const body = Buffer.alloc(type === 'File' ? Math.ceil(content.length / 512) * 512 : 0);
  if (type === 'File') body.write(content);
  return Buffer.concat([block, body]);
};
const archive = (...entries: Buffer[]): Buffer => Buffer.concat([...entries, Buffer.alloc(1024)]);
const manifest = entry('bundle.json', '{"format":1,"root":"a.json"}');

describe('opening', () => {
  it('reads a well-formed archive', () => {
    expect(openBundle(archive(manifest, entry('files/a.json', '{}'))).list()).toEqual(['a.json']);
  });

  it.each([
    ['a path that climbs', archive(manifest, entry('files/a.json', '{}'), entry('files/../../evil', 'x'))],
    ['an absolute path', archive(manifest, entry('/etc/evil', 'x'))],
    ['a symbolic link', archive(manifest, entry('files/a.json', '', 'SymbolicLink'))],
    ['a path twice', archive(manifest, entry('files/a.json', '{}'), entry('files/a.json', '[]'))],
    ['no manifest', archive(entry('files/a.json', '{}'))],
    ['a broken manifest', archive(entry('bundle.json', '{'), entry('files/a.json', '{}'))],
    ['no root', archive(manifest)],
    [
      'a damaged header',
      archive(manifest, Buffer.from(entry('files/a.json', '{}').toString('latin1').replace('a.json', 'b.json'), 'latin1')),
    ],
    ['a cut archive', archive(manifest, entry('files/a.json', 'x'.repeat(2000))).subarray(0, 2048)],
    ['nothing', Buffer.alloc(0)],
    ['something compressed', Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(1022)])],
    ['too much', Buffer.alloc(20 * 1024 * 1024 + 512)],
  ])('refuses %s', (_what, bytes) => {
    expect(() => openBundle(bytes)).toThrow(BundleError);
  });
});
