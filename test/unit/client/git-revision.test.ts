import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { atRevision } from '../../../client/git-revision.js';

let repository: string;
const here = process.cwd();

/** A repository of its own, whatever the settings of who runs the tests. */
const git = (...args: string[]) =>
  execa('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false', ...args], { cwd: repository });

beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), 'revision-'));
  await git('init', '-q');
  await mkdir(join(repository, 'products/trips/ports'), { recursive: true });
  await writeFile(join(repository, 'products/trips/root.json'), 'first\n');
  await writeFile(join(repository, 'products/trips/ports/a port.json'), Buffer.from([0, 10, 255, 10]));
  await symlink('/etc/passwd', join(repository, 'products/trips/link'));
  await git('add', '.');
  await git('commit', '-q', '-m', 'first');
  await git('tag', 'v1');
  await writeFile(join(repository, 'products/trips/root.json'), 'second\n');
  process.chdir(join(repository, 'products'));
});
afterAll(async () => {
  process.chdir(here);
  await rm(repository, { recursive: true });
});

describe('git:<revision>:<path>', () => {
  it('is the folder as the revision has it, byte for byte, for as long as the work takes', async () => {
    const used = await atRevision('git:v1:trips', async (folder) => {
      expect(await readFile(join(folder, 'root.json'), 'utf8')).toBe('first\n');
      expect(await readFile(join(folder, 'ports/a port.json'))).toEqual(Buffer.from([0, 10, 255, 10]));
      await expect(access(join(folder, 'link'))).rejects.toThrow('ENOENT');
      return folder;
    });
    await expect(access(used)).rejects.toThrow('ENOENT');
    expect(await readFile('trips/root.json', 'utf8')).toBe('second\n');
  });

  it('is a root document beside its parts', async () => {
    await atRevision('git:HEAD:trips/root.json', async (root) => {
      expect(await readFile(root, 'utf8')).toBe('first\n');
      expect(await readFile(join(root, '../ports/a port.json'))).toHaveLength(4);
    });
  });

  it.each([
    ['git:v2:trips', 'no such revision'],
    ['git:--help:trips', 'no such revision'],
    ['git:v1:none', 'the revision has no such path'],
    ['git:v1:../../etc', 'the revision has no such path'],
  ])('%s is refused: %s', async (argument, why) => {
    await expect(atRevision(argument, () => Promise.resolve())).rejects.toThrow(`${argument} cannot be read: ${why}`);
  });

  it('leaves other paths alone', async () => {
    expect(await atRevision('trips', (path) => Promise.resolve(path))).toBe('trips');
  });
});
