import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readPolicies, runCases } from '../../../policies/index.js';

describe('the policy in examples/policies-rehearsal', () => {
  it('says what its cases say', async () => {
    const folder = join(import.meta.dirname, '../../../examples/policies-rehearsal');
    const { results, untested } = await runCases(folder, readPolicies(folder));
    expect(results.length).toBeGreaterThan(5);
    expect(results.filter(({ found }) => found !== undefined)).toEqual([]);
    expect(untested).toEqual([]);
  });
});
