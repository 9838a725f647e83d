import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changeDigest, changeEntries, hashKey, UNKNOWN } from '../../../../../activities/executors/terraform/change-digest.js';
import type { PlanView, ResourceChange } from '../../../../../activities/executors/terraform/plan-view.js';
import { notApproved } from '../../../../../activities/executors/terraform/refinement.js';
import type { Json } from '../../../../../lifecycle/digest.js';

const key = hashKey('the secret of an environment');
const digest = (plan: PlanView, with_ = key): string => changeDigest(changeEntries(plan, with_));

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);
const change: fc.Arbitrary<ResourceChange> = fc.record({
  address: fc.stringMatching(/^kafka_topic\.[a-z]{1,6}$/),
  mode: fc.constant('managed' as const),
  type: fc.constant('kafka_topic'),
  change: fc.record({
    actions: fc.constantFrom(['create' as const], ['update' as const], ['delete' as const, 'create' as const], ['no-op' as const]),
    before: json,
    after: json,
    after_unknown: fc.constantFrom<Json[]>(false, true, { id: true }),
    after_sensitive: fc.constantFrom<Json[]>(false, true, {}),
  }),
});
const plan = fc.uniqueArray(change, { selector: ({ address }) => address, maxLength: 5 }).map((resource_changes) => ({ resource_changes }));
const topic = (after: Json, rest: Partial<ResourceChange['change']> = {}): PlanView => ({
  resource_changes: [
    { address: 'kafka_topic.a', mode: 'managed', type: 'kafka_topic', change: { actions: ['create'], before: null, after, ...rest } },
  ],
});

/** Proves that one change has one digest whatever surrounds it, that another has another, and that secrets never show. */
describe('the change digest', () => {
  it('is the same for the same changes in any order, with any time, variables and prior state', () => {
    fc.assert(
      fc.property(plan, json, (one, noise) => {
        const other = { resource_changes: [...one.resource_changes].reverse(), timestamp: noise, variables: noise, prior_state: noise };
        expect(digest(other as PlanView)).toBe(digest(one));
      }),
    );
  });

  it('does not see what stays as it is', () => {
    fc.assert(
      fc.property(
        plan,
        (one) =>
          void expect(digest({ resource_changes: one.resource_changes.filter((each) => each.change.actions[0] !== 'no-op') })).toBe(
            digest(one),
          ),
      ),
    );
  });

  it('is another for another value, action, address, or sensitive value', () => {
    const all = [
      topic({ name: 'x' }),
      topic({ name: 'y' }),
      topic({ name: 'x' }, { actions: ['update'] }),
      topic({ name: 'x' }, { after_unknown: { id: true } }),
      topic({ name: 'x' }, { after_sensitive: { name: true } }),
      topic({ name: 'y' }, { after_sensitive: { name: true } }),
    ].map((each) => digest(each));
    expect(new Set(all).size).toBe(all.length);
  });

  it('holds a sensitive value only as a keyed hash bound to its place', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^secret-[a-z]{8}$/), (secret) => {
        const secretTopic = topic({ name: 'x', config: { a: secret, b: secret } }, { after_sensitive: { config: true } });
        expect(JSON.stringify(changeEntries(secretTopic, key))).not.toContain(secret);
        expect(digest(secretTopic)).toBe(digest(secretTopic));
        expect(digest(secretTopic, hashKey('another environment'))).not.toBe(digest(secretTopic));
      }),
    );
  });

  it('takes text made of an output that is not known yet as unknown', () => {
    expect(changeEntries(topic({ name: 'pre-(known after store.topic)' }), key)[0]?.after).toEqual({ name: UNKNOWN });
  });
});

/** Proves that only what was approved may be done: the same, the same with unknowns filled, or what is left of it. */
describe('what a fresh plan may hold', () => {
  const entries = (view: PlanView) => changeEntries(view, key);
  const nothing = new Set<string>();

  it('accepts a plan as its own refinement', () => {
    fc.assert(fc.property(plan, (one) => void expect(notApproved(entries(one), entries(one), nothing)).toEqual([])));
  });

  it('accepts filled unknowns and refuses changed values', () => {
    const approved = entries(topic({ name: 'x' }, { after_unknown: { id: true } }));
    expect(notApproved(entries(topic({ name: 'x', id: 'x' })), approved, nothing)).toEqual([]);
    expect(notApproved(entries(topic({ name: 'y', id: 'x' })), approved, nothing)).toHaveLength(1);
    expect(notApproved(entries(topic({ name: 'x' }, { after_unknown: { id: true, name: true } })), approved, nothing)).toHaveLength(1);
  });

  it('accepts the rest of an own create, and refuses the same of what existed', () => {
    const approved = entries(topic({ name: 'x' }));
    const rest = entries(topic({ name: 'x' }, { actions: ['update'], before: { name: 'x', partitions: 1 } }));
    expect(notApproved(rest, approved, nothing)).toEqual([]);
    expect(notApproved(rest, approved, new Set(['kafka_topic.a']))).toHaveLength(1);
    const replaced = entries(topic({ name: 'x' }, { actions: ['delete', 'create'], before: { name: 'x' } }));
    expect(notApproved(replaced, approved, nothing)).toHaveLength(1);
    expect(
      notApproved(
        replaced.map((each) => ({ ...each, tainted: true })),
        approved,
        nothing,
      ),
    ).toEqual([]);
  });

  it('refuses what was not there before', () => {
    expect(notApproved(entries(topic({ name: 'x' })), [], nothing)).toHaveLength(1);
  });
});
