import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** A repository with a base and a change of it, and a clone of the change alone, as pipelines have it. */
export interface PullRequest {
  /** The clone: one commit deep. */
  checkout: string;
  /** The commit that it is to be merged into, which the clone does not have. */
  base: string;
  remove(): Promise<void>;
}

/** @param base files of the former state, by path; @param change those that differ */
export async function pullRequest(base: { [path: string]: string }, change: { [path: string]: string }): Promise<PullRequest> {
  const home = await mkdtemp(join(tmpdir(), 'pull-request-'));
  const [origin, checkout] = [join(home, 'origin'), join(home, 'checkout')];
  await mkdir(origin);
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  const git = async (...args: string[]) => (await execa('git', [...who, ...args], { cwd: origin })).stdout;
  const commit = async (files: { [path: string]: string }, message: string) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(origin, path)), { recursive: true });
      await writeFile(join(origin, path), text);
    }
    await git('add', '.');
    await git('commit', '-q', '--allow-empty', '-m', message);
  };
  await git('init', '-q', '-b', 'main');
  await commit({ 'README.md': 'Products.\n', ...base }, 'base');
  const sha = await git('rev-parse', 'HEAD');
  await git('checkout', '-q', '-b', 'change');
  await commit(change, 'change');
  await execa('git', ['clone', '-q', '--depth=1', '--branch', 'change', `file://${origin}`, checkout]);
  return { checkout, base: sha, remove: () => rm(home, { recursive: true, force: true }) };
}
