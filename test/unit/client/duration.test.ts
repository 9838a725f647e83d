import { expect, it } from '@jest/globals';
import { durationOf } from '../../../client/duration.js';

it('says how long something took as people do, and never less than nothing', () => {
  const took = [-5, 400, 9_940, 12_400, 200_000, 7_500_000].map((ms) => durationOf(0, ms));
  expect(took).toEqual(['0.0 s', '0.4 s', '9.9 s', '12 s', '3 min 20 s', '2 h 5 min']);
});
