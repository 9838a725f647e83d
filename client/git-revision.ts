import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { execa, ExecaError } from 'execa';
import { isSafePath } from '../descriptors/bundle/paths.js';
import { Failure } from '../lifecycle/failures.js';

/** Above any descriptor; a folder that holds more is the wrong one. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The revision is there, what was looked for is not: it may be new. */
export class MissingInRevision extends Failure {}

const FORM = /^git:([^:]+):(.*)$/;

/**
 * Does the work on a path. `git:<revision>:<path>` means the path, from the current folder, as a revision of this repository has it: its
 * folder is written to a place of its own for as long as the work takes; nothing is checked out. Throws `InvalidInput` when there is no
 * such revision, and `MissingInRevision`, which is one of these, when it has no such path.
 */
export async function atRevision<T>(argument: string, work: (path: string) => Promise<T>): Promise<T> {
  const [, revision, path] = FORM.exec(argument) ?? [];
  if (revision === undefined || path === undefined) return work(argument);
  const target = await mkdtemp(join(tmpdir(), 'steward-revision-'));
  try {
    return await work(await extract(argument, revision, path, target));
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}

async function extract(argument: string, revision: string, path: string, target: string): Promise<string> {
  const refuse = (why: string, Type = Failure): Failure => new Type('InvalidInput', `${argument} cannot be read: ${why}`);
  const ask = async (refusal: Failure, ...args: string[]): Promise<string> =>
    git(args).then(String, (error: unknown) => {
      throw error instanceof ExecaError && error.code !== 'ENOENT' ? refusal : error;
    });
  try {
    const commit = (
      await ask(refuse('no such revision'), 'rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`)
    ).trim();
    const type = (await ask(refuse('the revision has no such path', MissingInRevision), 'cat-file', '-t', `${commit}:./${path}`)).trim();
    const folder = type === 'tree' ? path : dirname(path);
    const prefix = (await ask(refuse('no repository'), 'rev-parse', '--show-prefix')).trim();
    // From the root of the repository, without a slash at its end.
    const root = posix.join(prefix, folder === '' ? '.' : folder).replace(/\/$/, '');
    const listed = await ask(
      refuse('its files cannot be listed'),
      'ls-tree',
      '-r',
      '-l',
      '-z',
      '--full-tree',
      commit,
      '--',
      root === '.' ? '.' : root,
    );
    const files = listed.split('\0').flatMap((line) => entryOf(line, root === '.' ? '' : `${root}/`));
    if (files.reduce((sum, { size }) => sum + size, 0) > MOST_BYTES) throw refuse('its folder is too large for a descriptor');
    await write(files, target);
    return type === 'tree' ? target : join(target, posix.basename(path));
  } catch (error) {
    if (error instanceof ExecaError) throw refuse(error.code === 'ENOENT' ? 'git is not installed' : error.shortMessage);
    throw error;
  }
}

interface Entry {
  path: string;
  object: string;
  size: number;
}

/** Plain files alone: links and submodules are no part of a descriptor. */
function entryOf(line: string, prefix: string): Entry[] {
  const [, object, size, path] = /^100\d{3} blob ([0-9a-f]+) +(\d+)\t([^]*)$/.exec(line) ?? [];
  if (object === undefined || !path?.startsWith(prefix)) return [];
  const inside = path.slice(prefix.length);
  return isSafePath(inside) ? [{ path: inside, object, size: Number(size) }] : [];
}

/** All files by one process: each comes as a line with its size, its bytes, and an end of line. */
async function write(files: Entry[], target: string): Promise<void> {
  const bytes = await git(['cat-file', '--batch'], files.map(({ object }) => `${object}\n`).join(''));
  let at = 0;
  for (const { path, size } of files) {
    const start = bytes.indexOf('\n', at) + 1;
    await mkdir(join(target, dirname(path)), { recursive: true });
    await writeFile(join(target, path), bytes.subarray(start, start + size));
    at = start + size + 1;
  }
}

async function git(args: string[], input?: string): Promise<Buffer> {
  const { stdout } = await execa('git', args, {
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: 2 * MOST_BYTES,
    ...(input !== undefined && { input }),
  });
  return Buffer.from(stdout);
}
