import { describe, expect, it } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import { createShow } from '../../../client/show.js';
import type { ExceptionRequest, OperationStatus, StepStatus } from '../../../lifecycle/messages.js';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const step = (id: string, state: StepStatus['state'], second?: number, note?: string): StepStatus => ({
  id,
  title: id,
  executor: 'terraform',
  state,
  ...(second !== undefined && { since: at(second) }),
  ...(note && { note }),
});
const status = (state: string, second: number, more: Partial<OperationStatus> = {}): OperationStatus => ({
  operation: 'deploy',
  product: 'trips',
  version: '1.0.0',
  environment: 'local',
  state,
  since: at(second),
  steps: [],
  awaiting: [],
  refused: [],
  remains: [],
  notes: [],
  ...more,
});

/** What is printed for these statuses, one after the other. */
function printed(...statuses: OperationStatus[]): string[] {
  const lines: string[] = [];
  const show = createShow((line) => lines.push(stripVTControlCharacters(line)));
  for (const each of statuses) show(each);
  return lines;
}

describe('progress in lines', () => {
  it('is told in the order of its happening, each thing once, with how long it took', () => {
    const running = status('deploying', 1, { steps: [step('store', 'running', 1), step('schema', 'waiting')] });
    const over = status('deployed', 5, { steps: [step('store', 'done', 4), step('schema', 'done', 5)] });
    expect(printed(running, running, over)).toEqual([
      'deploy trips 1.0.0 in local: deploying',
      '  ▸ store (terraform, running)',
      '  ✓ store (terraform, done, 3.0 s)',
      '  ✓ schema (terraform, done)',
      'deploy trips 1.0.0 in local: deployed',
    ]);
  });

  it('does not show what is not known yet, nor durations of nothing', () => {
    const reading = status('reading', 0, { operation: 'register', product: '?', version: '?', environment: undefined });
    expect(printed(reading)).toEqual(['register: reading the request']);
    const verified = [step('store', 'verifying', 1), step('store', 'done', 1)].map((one) => status('verifying', 1, { steps: [one] }));
    expect(printed(...verified).at(-1)).toBe('  ✓ store (terraform, verified)');
  });

  it('names what failed and what remains, and what a person is asked', () => {
    const request = {
      digest: `sha256:${'ab'.repeat(32)}`,
      rule: 'policy/x',
      message: 'Data may be lost.',
      line: 'trips',
      environment: 'local',
      evidence: ['{"action":"delete","address":"topic t","dataLoss":true}', 'plain words'],
      requestedBy: 'one@test.org',
      approvers: ['platform', 'owners'],
      deadline: at(59),
      expiresAt: at(59),
    } as const;
    const remains = [{ step: 'store', address: 'topic t', reason: 'it is not empty', action: 'empty it' }];
    const text = printed(
      status('waiting for approval', 1, { awaiting: [{ ...request, evidence: [...request.evidence], approvers: [...request.approvers] }] }),
      status('needs an operator', 2, { steps: [step('store', 'remains', 2, 'refused')], remains }),
    ).join('\n');
    expect(text).toContain('      delete topic t (data is lost)\n      plain words\n      by platform or owners (not one@test.org)');
    expect(text).toContain('steward approve abababababab --as <you>');
    expect(text).toContain('  ! store (terraform, remains): refused');
    expect(text).toContain('  remains: topic t: it is not empty. empty it (step store)');
  });

  it('tells of a request who decides after whom, why it is asked, and how far it is decided; of a grant how it is kept', () => {
    const request: ExceptionRequest = {
      digest: `sha256:${'ab'.repeat(32)}`,
      rule: 'policy/x',
      message: 'Data may be lost.',
      line: 'trips',
      environment: 'local',
      evidence: [],
      requestedBy: 'ann',
      reason: 'a new law',
      ticket: 'T-1',
      approvers: ['owners'],
      stages: [
        { roles: ['owners'], approvals: 2, rejections: 1 },
        { roles: ['security', 'board'], approvals: 1, rejections: 1 },
      ],
      escalation: { at: at(30), groups: ['second'] },
      deadline: at(59),
      expiresAt: at(59),
    };
    const standing = { stage: 0, stages: 2, roles: ['owners'], approvals: 0, wanted: 2, votes: [] };
    const vote = { by: 'ben', seat: 'cem', decision: 'approve' as const, stage: 0 };
    expect(printed(status('waiting for approval', 1, { awaiting: [request] })).slice(1, -1)).toEqual([
      '  waiting for a decision: Data may be lost.',
      '      why: a new law, ticket T-1',
      `      by 2 of owners, then security or board (not ann), until ${at(59)}, from 2026-01-01 00:00:30Z on also by second:`,
    ]);
    const granted = { digest: request.digest, decision: 'granted' as const, by: 'dua', expiresAt: at(59) };
    const text = printed(
      status('waiting for a decision', 1, { awaiting: [request], standing }),
      status('waiting for a decision', 1, { awaiting: [request], standing: { ...standing, approvals: 1, votes: [vote] } }),
      status('granted', 2, { granted }),
    );
    expect(text.filter((line) => line.includes('approvals'))).toEqual([
      '  stage 1 of 2: 0 of 2 approvals; owners may decide now',
      '  stage 1 of 2: 1 of 2 approvals (ben for cem); owners may decide now',
    ]);
    expect(text.filter((line) => line.includes('(not ann)'))).toHaveLength(1);
    expect(text.at(-1)).toBe('  granted by dua until 2026-01-01 00:00:59Z; before that: steward renew abababababab --as <you>');
  });
});
