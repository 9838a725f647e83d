import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { combined, defaultPolicies, defaultsFolder, readPolicies, runCases } from '../../../policies/index.js';
import { bundleOf } from './policy-samples.js';

describe('cases beside policies', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'steward-policies-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const sample = (changes: object) => {
    const { digest: _, ...policy } = bundleOf({ name: 'sample', ...changes }).policies[0]!;
    writeFileSync(join(folder, 'sample.yaml'), stringify(policy));
  };
  const cases = (...all: object[]) => writeFileSync(join(folder, 'sample.cases.yaml'), stringify({ cases: all }));

  it('hold for every policy that comes with Steward, and each has some', async () => {
    const { results, untested } = await runCases(defaultsFolder, defaultPolicies());
    expect(results.filter(({ found }) => found !== undefined)).toEqual([]);
    expect(untested).toEqual([]);
  });

  it('are told in docs/policies.md, every policy and no other', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/policies.md'), 'utf8');
    const table = page.slice(page.indexOf('## What comes with Steward'));
    const told = [...table.matchAll(/^\| `([a-z-]+)`/gm)].map(([, name]) => name);
    expect(told.sort()).toEqual(defaultPolicies().policies.map(({ name }) => name));
  });

  it('do not hold when the policy says more, less or something else than expected', async () => {
    sample({ validations: [{ expression: 'size(changes) == 0', message: 'There are changes.' }] });
    const change = { address: 'a', action: 'create', dataLoss: false, phase: 'apply', undo: 'exact' };
    cases(
      { says: 'nothing', point: 'plan', expect: [] },
      { says: 'one', point: 'plan', facts: { changes: [change] }, expect: [{ message: 'There are changes.', blocking: true }] },
      { says: 'too little', point: 'plan', facts: { changes: [change] }, expect: [] },
      { says: 'too much', point: 'plan', expect: [{ blocking: true }] },
      { says: 'another', point: 'plan', facts: { changes: [change] }, expect: [{ message: 'Something else.' }] },
    );
    const { results } = await runCases(folder, readPolicies(folder));
    expect(results.map(({ says, found }) => [says, found === undefined])).toEqual([
      ['nothing', true],
      ['one', true],
      ['too little', false],
      ['too much', false],
      ['another', false],
    ]);
  });

  it('are refused when they are no cases, or of no policy', async () => {
    sample({});
    cases({ says: 'x', point: 'nowhere', expect: [] });
    await expect(runCases(folder, readPolicies(folder))).rejects.toThrow(/sample\.cases\.yaml: file\/cases\/0\/point/);
    cases({ says: 'x', point: 'plan', expect: [] });
    await expect(runCases(folder, defaultPolicies())).rejects.toThrow('there is no policy sample beside it');
  });

  it('a policy of the platform takes the place of a default of the same name', () => {
    sample({ name: 'owner-present', severity: 'advisory' });
    const both = combined(defaultPolicies(), readPolicies(folder));
    expect(both.policies).toHaveLength(defaultPolicies().policies.length);
    expect(both.policies.find(({ name }) => name === 'owner-present')).toMatchObject({ severity: 'advisory' });
    expect(both.digest).not.toBe(defaultPolicies().digest);
  });
});
