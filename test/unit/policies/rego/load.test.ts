import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { loadPolicies } from '../../../../policies/index.js';
import { bundleOf, regoBundle } from '../policy-samples.js';

describe('a policy in Rego', () => {
  it('holds its module, which counts in its digest and in that of the bundle', () => {
    const one = regoBundle('deny := []');
    const other = regoBundle('deny := [] # changed');
    expect(one.policies[0]).toMatchObject({ rego: 'sample.rego', module: 'package policies.sample\n\ndeny := []\n' });
    expect(one.policies[0]!.digest).not.toBe(other.policies[0]!.digest);
    expect(one.digest).not.toBe(other.digest);
    expect(regoBundle('deny := []')).toEqual(one);
  });

  it('has either validations or a module, and the module lies beside it', () => {
    const validations = [{ expression: 'true', message: 'no' }];
    expect(() => bundleOf({ rego: 'sample.rego', validations })).toThrow(/sample\.yaml: policy must match exactly one schema/);
    expect(() => bundleOf({ validations: undefined })).toThrow(/must have required property 'validations'.*'rego'/);
    expect(() => bundleOf({ rego: 'sample.rego' })).toThrow('sample.yaml: sample.rego is not beside it');
    expect(() => bundleOf({ rego: '../sample.rego' })).toThrow(/policy\/rego must match pattern/);
  });

  it('is refused for what its module may not do: file and line are named', () => {
    expect(() => regoBundle('deny contains "x" if opa.runtime().env')).toThrow(
      /sample\.yaml: sample\.rego, line 3: opa\.runtime is refused: it shows the server's configuration/,
    );
  });

  it('leaves the digests of others as they were, and modules that no policy names alone', () => {
    const policy = {
      name: 'sample',
      version: '1.0.0',
      description: 'a sample',
      owner: 'tests',
      points: ['plan'],
      validations: [{ expression: 'true', message: 'never' }],
      severity: 'blocking',
      life: 'enforced',
    };
    const bundle = loadPolicies([
      { name: 'sample.yaml', text: stringify(policy) },
      { name: 'sample_test.rego', text: 'package tests\ntest_it if data.policies.sample.deny' },
    ]);
    expect(bundle).toEqual(bundleOf({}));
  });
});

describe('links of a policy', () => {
  it('are addresses that a browser opens safely', () => {
    const link = (url: string) => () => bundleOf({ links: [{ title: 'Why', url }] });
    expect(link('https://example.org/policies?of=topics#names')().policies[0]!.links).toHaveLength(1);
    for (const url of ['http://example.org', 'javascript:alert(1)', 'https://user:word@example.org', 'https://'])
      expect(link(url)).toThrow(/links\/0\/url must match pattern/);
  });
});
