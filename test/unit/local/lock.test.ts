import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withLock } from '../../../local/lock.js';
import { identify } from '../../../local/process-identity.js';

describe('withLock', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steward-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('lets one at a time in and leaves no file', async () => {
    const file = join(folder, 'lock');
    let inside = 0;
    const seen: number[] = [];
    const work = async (): Promise<void> => {
      seen.push((inside += 1));
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all([withLock(file, work), withLock(file, work), withLock(file, work)]);
    expect(seen).toEqual([1, 1, 1]);
    expect(existsSync(file)).toBe(false);
  });

  it('takes over from a holder that was killed, also when its number was given to another process', async () => {
    const file = join(folder, 'lock');
    const holder = spawn('sleep', ['600']);
    await writeFile(file, JSON.stringify(identify(holder.pid!)));
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(await withLock(file, () => Promise.resolve('taken over'))).toBe('taken over');

    await writeFile(file, JSON.stringify({ pid: process.pid, startTime: 'long ago' }));
    expect(await withLock(file, () => Promise.resolve('taken over'))).toBe('taken over');
  });

  it('tells once whom it waits for', async () => {
    const file = join(folder, 'lock');
    const waitedFor: number[] = [];
    let release = (): void => {};
    let begun = (): void => {};
    const isHeld = new Promise<void>((resolve) => (begun = resolve));
    const held = withLock(file, () => {
      begun();
      return new Promise<void>((resolve) => (release = resolve));
    });
    await isHeld;
    const waiting = withLock(file, () => Promise.resolve(), {
      onWait: (pid) => {
        waitedFor.push(pid);
        release();
      },
    });
    await Promise.all([held, waiting]);
    expect(waitedFor).toEqual([process.pid]);
  });
});
