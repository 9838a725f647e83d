import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { notedLock, watchLock } from '../../../../../activities/executors/terraform/lock-watch.js';
import type { StateLock, StateStore } from '../../../../../activities/executors/terraform/state-store.js';
import { eventually } from '../../../../support/eventually.js';

/** Proves that the note of a lock is whole or counts as none: a worker that dies while it writes must not stop those that come after it. */
describe('the note of a lock', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steward-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const attempt = () => ({ folder, work: join(folder, 'work') });

  it.each([[''], ['{"ID": "a"'], ['null and void']])('counts as none when it is cut off: %j', async (text) => {
    await writeFile(join(folder, 'lock.json'), text);
    await expect(notedLock(attempt())).resolves.toBeUndefined();
  });

  it('is written whole, and no half of it stays', async () => {
    const lock: StateLock = {
      ID: 'a',
      Operation: 'OperationTypeApply',
      Who: `me@${hostname()}`,
      Created: new Date(Date.now() + 1000).toISOString(),
    };
    const watched = watchLock({ lock: async () => lock } as Pick<StateStore, 'lock'> as StateStore, attempt());
    await eventually(() => notedLock(attempt()), 'the lock is noted');
    await watched.stop();
    expect(await readdir(folder)).toEqual(['lock.json']);
    expect(await notedLock(attempt())).toEqual(lock);
  });
});
