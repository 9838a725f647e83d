import { describe, expect, it } from '@jest/globals';
import { digestOfJson } from '../../../descriptors/digest.js';
import type { Environment } from '../../../lifecycle/environment.js';
import { evidenceKey, isRehearsalKey, twinName, twinOf } from '../../../lifecycle/ids.js';
import { differenceInWords, differencesBetween } from '../../../lifecycle/rehearsal.js';
import { environmentNamed } from '../../../lifecycle/twin.js';

const line = 'urn:dpds:org.test:dataproducts:trips';
const twin = twinName('local', digestOfJson(line));

describe('the twin of an environment', () => {
  const local = { name: 'local', stage: 'dev', variables: { TOPIC_PREFIX: 'dev-', OTHER: 'x' } } as unknown as Environment;
  const environments = new Map([['local', local]]);

  it('is the environment under another name and with another prefix, one for each product', () => {
    expect(twin).toMatch(/^local\.rehearsal-[0-9a-f]{8}$/);
    expect(twinName('local', digestOfJson('another'))).not.toBe(twin);
    const { prefix } = twinOf(twin)!;
    expect(environmentNamed(environments, twin)).toEqual({
      ...local,
      name: twin,
      variables: { TOPIC_PREFIX: `${prefix}dev-`, OTHER: 'x' },
    });
  });

  it('is there as long as the environment is, and nothing else looks like one', () => {
    expect(environmentNamed(environments, 'local')).toBe(local);
    expect(environmentNamed(environments, twin.replace('local', 'prod'))).toBeUndefined();
    for (const name of ['local', 'local.rehearsal', 'rehearsal-0123abcd', 'local.rehearsal-', `${twin}.rehearsal-0123abcd`])
      expect(twinOf(name)).toBeUndefined();
  });
});

describe('what a rehearsal compares', () => {
  it('is told as left, gone or changed, and what is the same is not told', () => {
    const before = { 'topic a': '1 partitions', 'topic b': '1 partitions', 'subject c': 'version 1' };
    const after = { 'topic a': '2 partitions', 'subject c': 'version 1', 'job d': '1 running' };
    expect(differencesBetween(before, before)).toEqual([]);
    expect(differencesBetween(before, after).map(differenceInWords)).toEqual([
      'job d is left: 1 running',
      'topic a was 1 partitions and is 2 partitions',
      'topic b is gone: 1 partitions',
    ]);
  });

  it('is found again among the evidence of a product', () => {
    const at = '2026-01-02T03:04:05.678Z';
    for (const operation of ['rehearse', 'rehearse-0123456789ab']) expect(isRehearsalKey(evidenceKey(line, at, operation))).toBe(true);
    for (const operation of ['deploy', 'upgrade-0123456789ab']) expect(isRehearsalKey(evidenceKey(line, at, operation))).toBe(false);
  });
});
