import { describe, expect, it } from '@jest/globals';
import { timeToCome, timeToWait } from '../../../client/time.js';

/** Proves which texts are a time to come. */
describe('--until', () => {
  it.each([
    ['3 days', 3 * 86_400],
    ['2h', 2 * 3600],
    ['90 minutes', 5400],
    ['1 week', 7 * 86_400],
  ])('takes %j', (text, seconds) => {
    const left = (Date.parse(timeToCome(text)) - Date.now()) / 1000;
    expect(left).toBeGreaterThan(seconds - 60);
    expect(left).toBeLessThanOrEqual(seconds);
  });

  it('takes an ISO date or time', () => {
    expect(timeToCome('2999-01-01')).toBe('2999-01-01T00:00:00.000Z');
    expect(timeToCome('2999-01-01T12:00:00+02:00')).toBe('2999-01-01T10:00:00.000Z');
  });

  it.each(['', '3', '3000', '-3 days', '0 days', '2020-01-01', '2999-13-01', 'tomorrow', 'days', `${'9'.repeat(200)} days`, '1e300 years'])(
    'refuses %j',
    (text) => expect(() => timeToCome(text)).toThrow('Write a time to come'),
  );
});

/** Proves how long a command may be told to wait. */
describe('--timeout', () => {
  it.each([
    ['30m', 1_800_000],
    ['90 seconds', 90_000],
    ['1 day', 86_400_000],
  ])('takes %j', (text, wait) => expect(timeToWait(text)).toBe(wait));

  it.each(['', '30', '-1m', '0 s', '30 days', 'soon'])('refuses %j', (text) => expect(() => timeToWait(text)).toThrow('Write how long'));
});
