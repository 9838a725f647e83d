import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../../worker/config/index.js';
import { changed, faultsOf } from './smallest.js';

const traces = (value: object) => changed((config) => Object.assign(config, { monitoring: { traces: value } }));

/** Proves that traces go where the configuration says, and that what the collector is shown cannot be read on its way. */
describe('traces in the configuration', () => {
  it('are off when nothing is said, and need an address only', () => {
    expect(
      parseConfig(
        changed(() => undefined),
        'steward.yaml',
      ).monitoring.traces,
    ).toBeUndefined();
    const url = 'http://collector.internal:4318/v1/traces';
    expect(parseConfig(traces({ url }), 'steward.yaml').monitoring.traces).toEqual({ url, headers: {} });
  });

  it.each<[string, object, string]>([
    [
      'a header in plain sight',
      { url: 'https://a/v1/traces', headers: { authorization: 'Bearer abc' } },
      '/monitoring/traces/headers/authorization',
    ],
    ['a header that would be read on its way', { url: 'http://a/v1/traces', headers: { authorization: 'env:A' } }, 'must be https'],
    ['an address with a password', { url: 'https://me:secret@a/v1/traces' }, '/monitoring/traces/url'],
  ])('refuses %s', (_, value, says) => {
    const told = faultsOf(traces(value)).findings.map(({ pointer, message }) => `${pointer}: ${message}`);
    expect(told).toContainEqual(expect.stringContaining(says));
    expect(told.join()).not.toMatch(/abc|secret@/);
  });
});
