import { describe, expect, it } from '@jest/globals';
import { evaluate, exceptionDigest, loadPolicies, type Policy, type Validation } from '../../../policies/index.js';
import { bundleOf, change, facts } from './policy-samples.js';

const validation = (expression: string): Validation[] => [{ expression, message: 'as it should not be' }];

describe('policy evaluation', () => {
  it.each([
    ['does not parse', { validations: validation('size(changes) ==') }],
    ['names what is not there', { validations: validation('product.info.nothing == 1') }],
    ['calls what is not there', { validations: validation('nothing(changes)') }],
    ['divides by zero', { validations: validation('1 / (size(changes) - size(changes)) == 1') }],
    ['has a broken condition', { match: { when: 'nothing' }, validations: validation('true') }],
    ['has a condition that is no truth', { match: { when: '"yes"' }, validations: validation('true') }],
    ['goes over something that is no list', { validations: [{ each: '/product/info', expression: 'true', message: 'x' }] }],
    ['names items by no text', { validations: [{ each: '/changes', key: '1', expression: 'true', message: 'x' }] }],
  ])('fails closed, without an exception, when a policy %s', async (_, changes) => {
    const bundle = bundleOf({ ...changes, exceptions: { roles: ['anybody'], expiresAfter: '1 day' } });
    const found = await evaluate(bundle, 'plan', facts({ changes: [change('a')] }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      rule: 'policy/sample/broken',
      severity: 'error',
      blocking: true,
      message: expect.stringContaining('sample'),
    });
    expect(found[0]).not.toHaveProperty('exception');
  });

  it.each(['1', '"true"', 'changes', '{"a": true}', 'null'])('takes %s for no yes', async (expression) => {
    const found = await evaluate(bundleOf({ validations: validation(expression) }), 'plan', facts());
    expect(found).toMatchObject([{ rule: 'policy/sample', blocking: true }]);
  });

  it('shows facts that are left out as null, undefined ones too', async () => {
    const when = [{ expression: 'previous == null && comparison == null && plan == null && environment == null', message: 'Not null.' }];
    const unset = { previous: undefined, comparison: undefined, plan: undefined, environment: undefined };
    await expect(evaluate(bundleOf({ validations: when }), 'plan', facts(unset))).resolves.toEqual([]);
  });

  it('goes on with the other policies and validations after a broken one', async () => {
    const bundle = bundleOf({ validations: [...validation('nothing'), ...validation('false')] });
    const found = await evaluate(bundle, 'plan', facts());
    expect(found.map(({ rule }) => rule)).toEqual(['policy/sample/broken', 'policy/sample']);
  });

  it('asks only where the policy is to be asked', async () => {
    const no = validation('false');
    await expect(evaluate(bundleOf({ validations: no }), 'deployed', facts())).resolves.toEqual([]);
    for (const match of [
      { operations: ['retire'] },
      { environments: ['prod'] },
      { stages: ['prod'] },
      { domains: ['sales'] },
      { when: 'false' },
    ]) {
      await expect(evaluate(bundleOf({ validations: no, match }), 'plan', facts())).resolves.toEqual([]);
    }
    const match = { operations: ['deploy'], environments: ['local'], stages: ['local'], domains: ['transport'], when: 'point == "plan"' };
    await expect(evaluate(bundleOf({ validations: no, match }), 'plan', facts())).resolves.toHaveLength(1);
  });

  it.each<[Partial<Policy>, string, boolean]>([
    [{ life: 'draft' }, 'info', false],
    [{ life: 'grace', graceUntil: '2026-01-02T03:04:06.000Z' }, 'warning', false],
    [{ life: 'grace', graceUntil: '2026-01-02T03:04:05.000Z' }, 'error', true],
    [{ severity: 'advisory' }, 'warning', false],
    [{}, 'error', true],
  ])('weighs %j as %s', async (changes, severity, blocking) => {
    const found = await evaluate(bundleOf({ validations: validation('false'), ...changes }), 'plan', facts());
    expect(found).toMatchObject([{ severity, blocking }]);
  });

  it('gives byte-equal findings for equal facts, and its own message when the expression of the message fails', async () => {
    const bundle = bundleOf({
      validations: [{ each: '/changes', expression: 'false', message: 'general', messageExpression: 'item.nothing' }],
    });
    const first = await evaluate(bundle, 'plan', facts({ changes: [change('b'), change('a')] }));
    const again = await evaluate(bundle, 'plan', facts({ changes: [change('b'), change('a')] }));
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
    expect(first.map(({ message }) => message)).toEqual(['general', 'general']);
  });

  it('does not follow names of the language’s own objects', async () => {
    const found = await evaluate(
      bundleOf({ validations: validation('has(product.constructor) || has(product.__proto__)') }),
      'plan',
      facts(),
    );
    expect(found).toHaveLength(1);
  });
});

describe('policy bundles', () => {
  it('have a digest of their own that does not depend on the order of files', () => {
    const text = (name: string): string =>
      `{name: ${name}, version: '1', description: d, owner: o, points: [plan], severity: advisory, life: draft, validations: [{expression: 'true', message: m}]}`;
    const [a, b] = [
      { name: 'a.yaml', text: text('a') },
      { name: 'b.yaml', text: text('b') },
    ];
    expect(loadPolicies([a!, b!])).toEqual(loadPolicies([b!, a!]));
    expect(loadPolicies([a!]).digest).not.toBe(loadPolicies([a!, b!]).digest);
    expect(() => loadPolicies([a!, a!])).toThrow(/two policies are named a/);
  });

  it('are refused as a whole when a file is no policy, and every fault is named', () => {
    const files = [
      { name: 'broken.yaml', text: 'name: [' },
      { name: 'wrong.yaml', text: 'name: wrong\nseverity: harsh' },
    ];
    expect(() => loadPolicies(files)).toThrow(/broken\.yaml.*wrong\.yaml.*severity/s);
  });
});

describe('exception digest', () => {
  const subject = {
    rule: 'policy/retire-needs-approval',
    policy: bundleOf({}).digest,
    line: 'urn:dpds:org.example:dataproducts:trips',
    environment: 'local',
    pointer: '',
    evidence: [
      { address: 'a', action: 'delete' },
      { action: 'delete', address: 'b' },
    ],
  };

  it('is the same for the same subject in any order', () => {
    expect(
      exceptionDigest({
        ...subject,
        evidence: [
          { action: 'delete', address: 'b' },
          { action: 'delete', address: 'a' },
        ],
      }),
    ).toBe(exceptionDigest(subject));
  });

  it.each([
    { rule: 'policy/other' },
    { policy: bundleOf({ version: '2' }).digest },
    { line: 'other' },
    { environment: 'prod' },
    { pointer: '/changes/a' },
    { evidence: [{ address: 'a', action: 'delete' }] },
    {
      evidence: [
        { address: 'a', action: 'delete' },
        { address: 'b', action: 'replace' },
      ],
    },
  ])('is another for %j', (changes) => {
    expect(exceptionDigest({ ...subject, ...changes })).not.toBe(exceptionDigest(subject));
  });
});
