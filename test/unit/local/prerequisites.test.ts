import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkPrerequisites } from '../../../local/parts/prerequisites.js';

describe('checkPrerequisites', () => {
  it('names everything that is missing at once, each with how to get it', async () => {
    const nothing = await mkdtemp(join(tmpdir(), 'steward-path-'));
    const path = process.env['PATH'];
    process.env['PATH'] = nothing;
    try {
      const refused = checkPrerequisites(['go', 'java', 'go']);
      await expect(refused).rejects.toThrow(/Go 1\.26 or newer \(go\): not found\. Get it: go\.dev/);
      await expect(refused).rejects.toThrow(/Java 17 or newer \(java\): not found\. Get it: .*openjdk-17/);
    } finally {
      process.env['PATH'] = path;
      await rm(nothing, { recursive: true });
    }
  });

  it('has no complaint about a part that needs nothing more', async () => {
    await expect(checkPrerequisites([])).resolves.toBeUndefined();
  });
});
