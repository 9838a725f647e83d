import { describe, expect, it } from '@jest/globals';
import { GroupClaims } from '../../../../../activities/executors/flink-sql/group-claims.js';

/** The first value written stands, as in the store. */
function results() {
  const kept = new Map<string, unknown>();
  return {
    get: async <T>(key: string) => kept.get(key) as T | undefined,
    put: async <T>(key: string, value: T) => {
      if (!kept.has(key)) kept.set(key, value);
      return kept.get(key) as T;
    },
  };
}

describe('who has read under a consumer group', () => {
  it('is one alone only where one has noted it, and no other ever has', async () => {
    const ledger = results();
    const [one, two] = [new GroupClaims(ledger, ['a:1', 'b:2'], 'p:1/test/app'), new GroupClaims(ledger, ['b:2', 'a:1'], 'p:2/test/app')];
    expect(await one.isAlone('g')).toBe(false);
    await one.claim(['g', 'h']);
    await one.claim(['g']);
    expect(await Promise.all([one.isAlone('g'), two.isAlone('g')])).toEqual([true, false]);
    await two.claim(['g']);
    expect(await Promise.all([one.isAlone('g'), two.isAlone('g'), one.isAlone('h')])).toEqual([false, false, true]);
  });

  it('is told for each broker', async () => {
    const ledger = results();
    const [here, there] = [new GroupClaims(ledger, ['a:1'], 'p:1/test/app'), new GroupClaims(ledger, ['c:3'], 'p:1/prod/app')];
    await here.claim(['g']);
    await there.claim(['g']);
    expect(await Promise.all([here.isAlone('g'), there.isAlone('g')])).toEqual([true, true]);
  });
});
