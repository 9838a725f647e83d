import { describe, expect, it } from '@jest/globals';
import { missingIn, renewed, requestOf } from '../../../../activities/engine/asking.js';
import type { Asking } from '../../../../activities/engine/asking.js';
import type { Governance } from '../../../../lifecycle/environment.js';
import type { ExceptionTerms, LoadedPolicy, PolicyFinding } from '../../../../policies/index.js';
import { plainGovernance } from '../../../support/governance.js';

const digest = `sha256:${'1'.repeat(64)}` as const;
const now = '2026-02-28T12:00:00.000Z';
const policy = { name: 'p', version: '2.0.0', digest, owner: 'platform' } as LoadedPolicy;
const finding = (exception: Partial<ExceptionTerms>): PolicyFinding => ({
  rule: 'policy/p',
  severity: 'error',
  pointer: '/changes/a',
  message: 'It is so.',
  policy: 'p',
  policyDigest: digest,
  blocking: true,
  evidence: ['a'],
  exception: { roles: [], expiresAfter: '30 days', ...exception },
});
const asking = (governance: Partial<Governance> = {}, changes: Partial<Asking> = {}): Asking => ({
  line: 'urn:thing',
  place: { name: 'prod', ...plainGovernance({ approvers: ['owners'], approvalDeadline: '7 days', ...governance }) },
  now,
  request: { requestedBy: 'ann' },
  found: { point: 'plan', version: '1.0.0', bundle: digest, fqn: 'urn:thing:1' },
  held: false,
  ...changes,
});
const asked = (terms: Partial<ExceptionTerms>, governance: Partial<Governance> = {}, changes: Partial<Asking> = {}) =>
  requestOf(finding(terms), digest, policy, asking(governance, changes));

describe('a request for an exception', () => {
  it('takes the terms of the place where the policy has none of its own', () => {
    const escalation = { after: '3 days', groups: ['board'] };
    expect(asked({}, { reminderEvery: '2 hours', escalation })).toMatchObject({
      requestedAt: now,
      deadline: '2026-03-07T12:00:00.000Z',
      approvers: ['owners'],
      stages: [{ roles: ['owners'], approvals: 1, rejections: 1 }],
      reminderEveryMs: 7_200_000,
      escalation: { at: '2026-03-03T12:00:00.000Z', groups: ['board'] },
      requester: { name: 'ann', subject: 'ann', groups: [], level: 'claim' },
      policy: { name: 'p', version: '2.0.0', digest, owner: 'platform' },
    });
    expect(asked({})).not.toHaveProperty('escalation');
  });

  it('takes those of the policy where it has some; a stage without groups is one of the approvers of the place', () => {
    const terms: Partial<ExceptionTerms> = {
      roles: ['nobody asks them'],
      stages: [
        { roles: ['security'], approvals: 2 },
        { roles: [], rejections: 3 },
      ],
      deadline: '1 day',
      reminderEvery: '1 hour',
      escalation: { after: '6 hours', groups: ['lead'] },
    };
    expect(asked(terms, { escalation: { after: '3 days', groups: ['board'] } })).toMatchObject({
      deadline: '2026-03-01T12:00:00.000Z',
      approvers: ['security'],
      stages: [
        { roles: ['security'], approvals: 2, rejections: 1 },
        { roles: ['owners'], approvals: 1, rejections: 3 },
      ],
      reminderEveryMs: 3_600_000,
      escalation: { at: '2026-02-28T18:00:00.000Z', groups: ['lead'] },
    });
  });

  it('is open for minutes while the product is held, and never for longer than otherwise', () => {
    const held = { held: true };
    expect(asked({ deadline: '5 days' }, { heldApprovalDeadline: '15 minutes' }, held).deadline).toBe('2026-02-28T12:15:00.000Z');
    expect(asked({ deadline: '5 minutes' }, { heldApprovalDeadline: '15 minutes' }, held).deadline).toBe('2026-02-28T12:05:00.000Z');
  });

  it('lets no grant live longer than the place allows, whatever the policy does', () => {
    const day = 86_400_000;
    expect(asked({ expiresAfter: '365 days' }, { longestException: '90 days' }).validForMs).toBe(90 * day);
    expect(asked({ expiresAfter: '2 days' }, { longestException: '90 days' })).toMatchObject({
      validForMs: 2 * day,
      expiresAt: '2026-03-02T12:00:00.000Z',
    });
  });

  it('for a change is neither announced to end nor judged again', () => {
    expect(asked({}, { expiryReminder: '7 days' })).toMatchObject({ expiryReminderMs: 604_800_000, found: { point: 'plan' } });
    const change = asked({ covers: 'change' });
    expect(change).not.toHaveProperty('found');
    expect(change).not.toHaveProperty('expiryReminderMs');
  });

  it('says what it brings too little of, and blanks are nothing', () => {
    const demanding = finding({ requires: ['reason', 'ticket'] });
    expect(missingIn(demanding, { requestedBy: 'ann' })).toContain('a reason and a ticket');
    expect(missingIn(demanding, { requestedBy: 'ann', reason: ' ', ticket: 'T-1' })).toContain('with a reason:');
    expect(missingIn(demanding, { requestedBy: 'ann', reason: 'law', ticket: 'T-1' })).toBeUndefined();
    expect(missingIn(finding({}), { requestedBy: 'ann' })).toBeUndefined();
  });
});

describe('a renewal', () => {
  const by = { name: 'ben', subject: 'ben', groups: [], level: 'claim' as const };
  const first = asked(
    { escalation: { after: '3 days', groups: ['board'] } },
    {},
    { request: { requestedBy: 'ann', reason: 'law', ticket: 'T-1' } },
  );
  const later = '2026-03-20T00:00:00.000Z';

  it('counts all times from now, and whoever asks this time is the requester', () => {
    const again = renewed(first, asking().place, by, { reason: 'still the law' }, later);
    expect(again).toMatchObject({
      digest,
      requestedBy: 'ben',
      requester: by,
      requestedAt: later,
      deadline: '2026-03-27T00:00:00.000Z',
      escalation: { at: '2026-03-23T00:00:00.000Z', groups: ['board'] },
      reason: 'still the law',
      ticket: 'T-1',
      stages: first.stages,
    });
  });

  it('has days, not minutes, for what was first asked while the product was held', () => {
    const held = {
      ...first,
      deadline: '2026-03-20T00:15:00.000Z',
      found: { point: 'deployed', fqn: 'f', version: '1.0.0', bundle: digest },
    };
    expect(renewed(held, { ...asking().place, approvalDeadline: '7 days' }, by, {}, later).deadline).toBe('2026-03-27T00:00:00.000Z');
  });

  it('is bound to the longest life that the place allows by now', () => {
    expect(renewed(first, asking({ longestException: '1 day' }).place, by, {}, later).validForMs).toBe(86_400_000);
  });
});
