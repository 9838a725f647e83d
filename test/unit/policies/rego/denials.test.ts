import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../../descriptors/json.js';
import { denialsIn } from '../../../../policies/rego/denials.js';

/** Proves that evidence which could not be told or digested makes its policy a broken one, and nothing worse. */
describe('what a policy in Rego says', () => {
  const deep = (levels: number): Json => (levels === 0 ? 'end' : [deep(levels - 1)]);
  const denial = (evidence: Json): Json => [{ message: 'no', evidence }];

  it('has evidence of numbers and depths that JSON and people can bear', () => {
    expect(denialsIn(denial({ a: [1, 'x', null, deep(50)] }))).toHaveLength(1);
    // As OPA writes it, and as it is read.
    expect(() => denialsIn(denial(JSON.parse('1e400') as Json))).toThrow('member 0 of deny is not');
    expect(() => denialsIn(denial({ a: [JSON.parse('-1e400') as Json] }))).toThrow('member 0 of deny is not');
    expect(() => denialsIn(denial(deep(9_000)))).toThrow('member 0 of deny is not');
  });
});
