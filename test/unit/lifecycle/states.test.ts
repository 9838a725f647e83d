import { describe, expect, it } from '@jest/globals';
import type { InstanceRecord, InstanceState } from '../../../lifecycle/records.js';
import { admit, majorOf } from '../../../lifecycle/states.js';

const instance = (version: string, state: InstanceState = 'deployed'): InstanceRecord => ({
  fqn: 'urn:dpds:org.test:dataproducts:trips:1',
  version,
  bundle: `sha256:${'a'.repeat(64)}`,
  state,
  since: '2026-01-01T00:00:00.000Z',
  life: 1,
  plan: `sha256:${'b'.repeat(64)}`,
  outputs: {},
  workflowId: 'deploy:local:urn:dpds:org.test:dataproducts:trips',
});

describe('which operation may start', () => {
  it.each([
    ['deploy', 'nothing runs', undefined, [], 'admitted'],
    ['deploy', 'the same version runs', instance('1.0.0'), [], 'admitted'],
    ['deploy', 'another version of the major runs', instance('1.1.0'), [], 'UseUpgrade'],
    ['deploy', 'the major was retired', instance('1.1.0', 'retired'), [], 'admitted'],
    ['deploy', 'only another major runs', undefined, ['2.0.0'], 'admitted'],
    ['upgrade', 'nothing runs', undefined, [], 'NotDeployed'],
    ['upgrade', 'another version runs', instance('0.9.0'), [], 'admitted'],
    ['upgrade', 'another major runs: it comes to stand beside it', undefined, ['2.0.0'], 'admitted'],
    ['upgrade', 'all was retired', instance('1.0.0', 'retired'), [], 'NotDeployed'],
    ['retire', 'nothing runs', undefined, [], 'NotDeployed'],
    ['retire', 'another version runs', instance('1.1.0'), [], 'NotDeployed'],
    ['retire', 'the version runs', instance('1.0.0'), [], 'admitted'],
    ['retire', 'it was retired', instance('1.0.0', 'retired'), [], 'NotDeployed'],
    ['recover', 'anything', instance('1.0.0', 'needs-operator'), [], 'admitted'],
    ['register', 'anything', undefined, [], 'admitted'],
  ] as const)('%s when %s: %5$s', (operation, _, found, others, expected) => {
    const admission = admit(operation, '1.0.0', found, [...others]);
    expect(admission.admitted ? 'admitted' : admission.failure).toBe(expected);
  });

  it('tells what the operation starts from, and never a retired instance', () => {
    const running = instance('1.0.0');
    expect(admit('deploy', '1.0.0', running, [])).toEqual({ admitted: true, from: running });
    expect(admit('deploy', '1.0.0', instance('1.0.0', 'retired'), [])).toEqual({ admitted: true, from: undefined });
  });

  it('names both versions when they differ', () => {
    expect(admit('retire', '1.0.0', instance('1.1.0'), [])).toMatchObject({
      message: expect.stringMatching(/1\.1\.0.*1\.0\.0/) as unknown,
    });
  });
});

describe('the major of a version', () => {
  it.each([
    ['1.2.3', '1'],
    ['10.0.0-rc.1', '10'],
    ['2', '2'],
  ])('of %s is %s', (version, major) => expect(majorOf(version)).toBe(major));
});
