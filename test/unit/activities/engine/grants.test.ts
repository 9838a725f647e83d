import { describe, expect, it } from '@jest/globals';
import { holds } from '../../../../activities/engine/grants.js';
import type { Vote } from '../../../../lifecycle/approvals.js';
import type { Governance, Place } from '../../../../lifecycle/environment.js';
import type { ExceptionRecord } from '../../../../lifecycle/records.js';
import { plainGovernance } from '../../../support/governance.js';

const at = '2026-01-01T00:00:00.000Z';
const now = '2026-01-15T00:00:00.000Z';
const place = (changes: Partial<Governance> = {}): Place => ({
  name: 'prod',
  ...plainGovernance({ groups: { owners: ['ann', 'ben'], security: ['sam'] }, ...changes }),
});
const vote = (by: string, changes: Partial<Vote> = {}): Vote => ({
  stage: 0,
  decision: 'approve',
  by,
  subject: by,
  seat: by,
  tokenGroups: [],
  verifiedBy: 'claim',
  at,
  ...changes,
});
const owners = { roles: ['owners'], approvals: 1, rejections: 1 };
const record = (changes: Partial<ExceptionRecord> = {}): ExceptionRecord => ({
  digest: `sha256:${'1'.repeat(64)}`,
  request: at,
  rule: 'policy/p',
  line: 'urn:thing',
  environment: 'prod',
  decision: 'granted',
  decidedBy: 'ann',
  decidedAt: at,
  verifiedBy: 'claim',
  requestedBy: 'dev',
  expiresAt: '2026-02-01T00:00:00.000Z',
  stages: [owners],
  votes: [vote('ann')],
  ...changes,
});

describe('a grant', () => {
  it('holds until its end, and not at that very moment', () => {
    expect(holds(record(), place(), now)).toBe(true);
    expect(holds(record(), place(), '2026-02-01T00:00:00.000Z')).toBe(false);
    expect(holds(record(), place(), '2026-01-31T23:59:59.999Z')).toBe(true);
    for (const decision of ['rejected', 'expired', 'withdrawn'] as const) expect(holds(record({ decision }), place(), now)).toBe(false);
  });

  it('holds no more when an approver was suspended, or has left the group, unless enough others are left', () => {
    for (const gone of [place({ suspended: ['ann'] }), place({ groups: { owners: ['ben'] } })]) {
      expect(holds(record(), gone, now)).toBe(false);
      expect(holds(record({ votes: [vote('ann'), vote('ben')] }), gone, now)).toBe(true);
      expect(holds(record({ stages: [{ ...owners, approvals: 2 }], votes: [vote('ann'), vote('ben')] }), gone, now)).toBe(false);
    }
  });

  it('holds no more when one of an approver’s names was suspended', () => {
    const accounts = { ann: ['ann.admin'], dora: ['dora.d'] };
    expect(holds(record(), place({ accounts, suspended: ['ann.admin'] }), now)).toBe(false);
    const stood = record({ votes: [vote('dora', { seat: 'ann' })] });
    expect(holds(stood, place({ accounts, suspended: ['dora.d'] }), now)).toBe(false);
    const old = record({ stages: undefined, votes: undefined });
    expect(holds(old, place({ accounts, suspended: ['ann.admin'] }), now)).toBe(false);
  });

  it('is none where one stage of several is not passed any more', () => {
    const stages = [owners, { roles: ['security'], approvals: 1, rejections: 1 }];
    const both = record({ stages, votes: [vote('ann'), vote('sam', { stage: 1 })] });
    expect(holds(both, place(), now)).toBe(true);
    expect(holds(both, place({ groups: { owners: ['ann'], security: [] } }), now)).toBe(false);
  });

  it('from a place that somebody stood in for stands and falls with that place, and with whoever stood in', () => {
    const stood = record({ votes: [vote('dora', { seat: 'ann' })] });
    expect(holds(stood, place(), now)).toBe(true);
    expect(holds(stood, place({ suspended: ['dora'] }), now)).toBe(false);
    expect(holds(stood, place({ suspended: ['ann'] }), now)).toBe(false);
    expect(holds(stood, place({ groups: { owners: ['ben', 'dora'] } }), now)).toBe(false);
  });

  it('by a group of a token holds while the configuration knows the group', () => {
    const token = record({ votes: [vote('eve', { tokenGroups: ['owners'] })] });
    expect(holds(token, place(), now)).toBe(true);
    expect(holds(token, place({ groups: { owners: [] } }), now)).toBe(true);
    expect(holds(token, place({ groups: { security: ['sam'] } }), now)).toBe(false);
  });

  it('by a second group holds where it came after the escalation', () => {
    const escalation = { at: '2026-01-02T00:00:00.000Z', groups: ['security'] };
    const said = (time: string) => record({ escalation, votes: [vote('sam', { at: time })] });
    expect(holds(said('2026-01-02T00:00:00.000Z'), place(), now)).toBe(true);
    expect(holds(said('2026-01-01T23:59:59.999Z'), place(), now)).toBe(false);
  });

  it('of before votes were kept holds by the name of who gave it', () => {
    const old = record({ stages: undefined, votes: undefined });
    expect(holds(old, place(), now)).toBe(true);
    expect(holds(old, place({ suspended: ['ann'] }), now)).toBe(false);
  });
});
