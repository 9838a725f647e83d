import { describe, expect, it } from '@jest/globals';
import type { PlannedChange } from '../../../lifecycle/executor.js';
import { ledgerAfter, type Deed, type Ledger } from '../../../lifecycle/ownership.js';
import type { PreviewedStep } from '../../../lifecycle/plan.js';
import type { Task } from '../../../lifecycle/task.js';

const before = `sha256:${'0'.repeat(64)}` as const;
const task = (id: string): Task => ({ id }) as Task;
const change = (address: string, action: PlannedChange['action'], part: Partial<PlannedChange> = {}): PlannedChange => ({
  address,
  action,
  dataLoss: false,
  phase: action === 'delete' || action === 'replace' ? 'finalise' : 'apply',
  undo: 'exact',
  ...part,
});
const step = (id: string, changes: PlannedChange[], ends: PreviewedStep['change'] = { to: task(id) }): PreviewedStep => ({
  id,
  title: id,
  executor: 'terraform',
  phase: 'provision',
  change: ends,
  after: [],
  preview: { changes, unknown: [], digest: before, before },
});
const deed = (part: Partial<Deed>): Deed => ({
  operation: 'deploy',
  steps: [],
  by: 'deploy:prod:trips',
  at: '2026-01-01T00:00:00Z',
  ...part,
});
const after = (former: Ledger, part: Partial<Deed>, complete = true): Ledger => ledgerAfter(former, deed(part), complete);
/** Address and how it was made, by task. */
const brief = (ledger: Ledger): object =>
  Object.fromEntries(Object.entries(ledger).map(([id, things]) => [id, things.map(({ address, made }) => `${made} ${address}`)]));

describe('the ledger after an operation', () => {
  const first = after({}, { steps: [step('store', [change('topic a', 'create'), change('topic b', 'adopt')])] });

  it('holds what was created and what was adopted, with who, when and what it was', () => {
    expect(first).toEqual({
      store: [
        { address: 'topic a', made: 'created', since: '2026-01-01T00:00:00Z', by: 'deploy:prod:trips', operation: 'deploy' },
        { address: 'topic b', made: 'adopted', since: '2026-01-01T00:00:00Z', by: 'deploy:prod:trips', operation: 'deploy', before },
      ],
    });
  });

  it('knows a thing again whose description was moved to another name: it was made as it was made', () => {
    const moved = (to: string, from: string) => change(to, 'update', { formerAddress: from });
    const next = after(first, { steps: [step('store', [moved('topic a2', 'topic a'), moved('topic b2', 'topic b')])] });
    expect(brief(next)).toEqual({ store: ['created topic a2', 'adopted topic b2'] });
    expect(next['store']![1]).toEqual({ ...first['store']![1], address: 'topic b2' });
  });

  it('takes nothing of Terraform for adopted that was not imported', () => {
    expect(brief(after(first, { steps: [step('store', [change('topic kept', 'update')])] }))).toEqual({
      store: ['created topic a', 'adopted topic b'],
    });
  });

  it('carries on what an upgrade does not touch or only changes, and drops what it deletes', () => {
    const upgraded = after(first, {
      operation: 'upgrade',
      by: 'upgrade:prod:trips',
      at: '2026-02-01T00:00:00Z',
      steps: [step('store', [change('topic a', 'update'), change('topic b', 'delete'), change('topic c', 'create')])],
    });
    expect(brief(upgraded)).toEqual({ store: ['created topic a', 'created topic c'] });
    expect(upgraded['store']![0]).toEqual(first['store']![0]);
    expect(upgraded['store']![1]).toMatchObject({ since: '2026-02-01T00:00:00Z', by: 'upgrade:prod:trips' });
  });

  it('takes what was replaced for made here, whoever had made it before', () => {
    expect(brief(after(first, { steps: [step('store', [change('topic b', 'replace')])] }))).toEqual({
      store: ['created topic a', 'created topic b'],
    });
  });

  it('takes for adopted what is changed and was not made here, unless the ledger is younger than the instance', () => {
    const steps = [{ ...step('port', [change('level of s', 'update')]), executor: 'schema-registry' }];
    expect(brief(after({}, { steps }))).toEqual({ port: ['adopted level of s'] });
    expect(after({}, { steps }, false)).toEqual({});
  });

  it('lets go of what was given back as it was', () => {
    const steps = [step('store', [change('topic b', 'update', { phase: 'finalise', letGo: true })])];
    expect(brief(after(first, { steps }))).toEqual({ store: ['created topic a'] });
  });

  it('keeps of what is retired only what a person decided to leave, and says so', () => {
    const steps = [
      step('store', [change('topic a', 'delete'), change('topic b', 'delete', { letGo: true })], { from: task('store') }),
      step('port', [change('subject s', 'delete')], { from: task('port') }),
    ];
    const both = { ...first, port: [{ ...first['store']![0]!, address: 'subject s' }] };
    expect(after(both, { operation: 'retire', steps })).toEqual({});
    const kept = after(both, { operation: 'retire', steps, left: [{ step: 'port', action: 'left by operator: read elsewhere' }] });
    expect(kept).toEqual({ port: [{ ...both.port[0], left: 'left by operator: read elsewhere' }] });
  });

  it('takes with a task that goes also what no change names', () => {
    const steps = [step('store', [change('topic a', 'delete')], { from: task('store') })];
    expect(after(first, { operation: 'upgrade', steps })).toEqual({});
  });

  it('goes by what a step saw right before it acted, where the plan could not know', () => {
    const later = `sha256:${'1'.repeat(64)}` as const;
    const steps = [step('store', [])];
    const ledger = after({}, { steps, changes: { store: [change('topic x', 'adopt')] }, before: { store: later } });
    expect(ledger['store']).toMatchObject([{ address: 'topic x', made: 'adopted', before: later }]);
  });

  it('removes what one executor made before it enters what its successor makes of the same task', () => {
    const steps = [
      step('store', [change('topic a', 'create')]),
      step('store:former', [change('topic a', 'delete'), change('topic b', 'delete')], { from: task('store') }),
    ];
    expect(brief(after(first, { steps, at: '2026-03-01T00:00:00Z' }))).toEqual({ store: ['created topic a'] });
  });
});
