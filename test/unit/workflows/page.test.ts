import { describe, expect, it } from '@jest/globals';
import type { ExceptionRequest, OperationStatus } from '../../../lifecycle/messages.js';
import { page } from '../../../workflows/page.js';

const since = '2026-01-02T03:04:05.678Z';
const status = (changes: Partial<OperationStatus> = {}): OperationStatus => ({
  operation: 'deploy',
  product: 'Trips',
  version: '1.0.0',
  environment: 'local',
  state: 'deploying',
  since,
  steps: [],
  awaiting: [],
  refused: [],
  remains: [],
  notes: [],
  ...changes,
});
const request: ExceptionRequest = {
  digest: `sha256:${'abcdef012345'.padEnd(64, '0')}`,
  rule: 'retire-needs-approval',
  message: 'Trips would be retired',
  line: 'urn:trips',
  environment: 'local',
  evidence: ['topic trips'],
  requestedBy: 'ann',
  approvers: ['platform'],
  deadline: '2026-02-01T00:00:00.000Z',
  expiresAt: '2026-03-01T00:00:00.000Z',
};
/** JSON that the page shows to be pasted. */
const pasted = (text: string): unknown => JSON.parse(/```json\n(.+)\n```/.exec(text)![1]!);

describe('the page of an operation', () => {
  it('says in one line what is done to what, where and since when', () => {
    expect(page(status())).toBe(`**deploy Trips 1.0.0** in \`local\`: deploying (since ${since})`);
  });

  it('shows the steps as a table that a bar or a line break in a text does not tear', () => {
    const steps = [{ id: 'a', title: 'a|b', executor: 'terraform', state: 'failed' as const, since, note: 'one\n  two | three' }];
    const row = page(status({ steps })).split('\n').at(-1)!;
    expect(row).toBe(`| a\\|b | terraform | failed | ${since} | one two \\| three |`);
  });

  it('gives the very JSON that approves, with the short name of the exception', () => {
    const text = page(status({ awaiting: [request] }));
    expect(pasted(text)).toEqual({ exception: 'abcdef012345', approver: 'YOU', comment: 'WHY' });
    expect(text).toContain('not by ann');
    expect(text).toContain('approveException');
  });

  it('lists what remains and the JSON that resolves it', () => {
    const remains = [{ step: 'a', address: 'topic trips', reason: 'holds 3 records', action: 'decide' }];
    const text = page(status({ remains }));
    expect(text).toContain('| a | topic trips | holds 3 records | decide |');
    expect(pasted(text)).toMatchObject({ step: 'a', action: 'retry' });
  });

  it('tells what was not obeyed, and notes', () => {
    const text = page(status({ refused: ['approve of ann: the requester may not decide'], notes: ['late metadata'] }));
    expect(text).toContain('- approve of ann: the requester may not decide');
    expect(text).toContain('- late metadata');
  });

  it('holds no HTML', () => {
    expect(page(status({ awaiting: [request], notes: ['x'] }))).not.toMatch(/<\w+/);
  });
});
