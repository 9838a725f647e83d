import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { commandLine } from '../support/command-line.js';
import { FaultWorld } from '../support/fault-world.js';
import { begin, outcomeOf, register, untilStatus } from '../support/operations.js';
import { dataModule, jobsSql } from '../support/small-product.js';
import { jobsOf } from '../support/world-snapshot.js';

describe('an undo that keeps failing', () => {
  let faults: FaultWorld;
  beforeAll(async () => void (faults = await FaultWorld.open({ undoPatience: '3 seconds' })));
  afterAll(() => faults.close());

  const resolve = (handle: WorkflowHandle, message: object) =>
    handle.executeUpdate<string, [object]>('resolveCompensation', { args: [{ operator: 'operator@localhost', ...message }] });

  it('does not keep the others from being undone, is listed, and ends by retry after mending or by skip', async () => {
    const { world, registry } = faults;
    const make = (name: string) => {
      const sql = jobsSql('sink_a', 'sink_b').replace('INTO sink_b SELECT a FROM', 'INTO sink_b SELECT a / (a - a) FROM');
      return faults.product(name, { terraform: dataModule(name), sql });
    };
    const [retried, skipped] = [make('retried'), make('skipped')];
    await register(world, retried, skipped);
    const before = await faults.snapshot(retried);

    const runs = [await begin(world, 'deploy', retried), await begin(world, 'deploy', skipped)] as const;
    for (const run of runs)
      await untilStatus(world, run, 'the schema is there', ({ steps }) =>
        steps.some(({ title, state }) => title === 'register schema of out' && state === 'done'),
      );
    await registry.down();
    const schema = 'outputPort:out:schema';
    for (const run of runs) {
      const { remains, steps } = await untilStatus(
        world,
        run,
        'needs an operator',
        ({ state, remains: rest }) => state === 'needs an operator' && rest.length > 0,
      );
      expect(remains).toEqual([expect.objectContaining({ step: schema, reason: expect.stringMatching(/schema registry/i) })]);
      expect(steps.filter(({ state }) => state === 'undone').map(({ title }) => title)).toEqual(['provision store', 'deploy app']);
    }
    expect(await jobsOf([retried, skipped])).toEqual([]);
    expect((await faults.snapshot(retried, skipped)).states).toEqual({});
    expect((await faults.snapshot(retried, skipped)).open).toEqual({ [retried.line]: 'needs-operator', [skipped.line]: 'needs-operator' });
    expect(
      await outcomeOf(
        await world.start('upgradeDataProduct', `another-${retried.line}`, {
          product: retried.line,
          version: '1.0.0',
          environment: 'local',
        }),
      ),
    ).toMatchObject({ ended: 'NeedsOperator' });
    await expect(resolve(runs[0], { step: 'nothing', action: 'retry' })).rejects.toMatchObject({ cause: { type: 'DecisionRefused' } });
    await expect(resolve(runs[0], { step: schema, action: 'retry' })).resolves.toBe('still there');

    await registry.up();
    await expect(resolve(runs[0], { step: schema, action: 'retry' })).resolves.toBe('resolved');
    const first = await outcomeOf(runs[0]);
    expect(first.ended).toMatch(/JobFailed|VerificationFailed/);
    expect(first.report).toMatchObject({ ended: 'compensated', remains: [] });
    expect(await faults.snapshot(retried)).toEqual(before);

    const answered = await commandLine(world)([
      'resolve',
      runs[1].workflowId,
      schema,
      '--action',
      'skip',
      '--as',
      'operator',
      '--reason',
      'it may stay',
    ]);
    expect(answered).toMatchObject({ exitCode: 0, stdout: `${schema}: resolved` });
    expect(await outcomeOf(runs[1])).toMatchObject({
      ended: 'CompensationIncomplete',
      report: { remains: [{ step: schema, action: expect.stringContaining('it may stay') }] },
    });
    expect(await faults.snapshot(skipped)).toMatchObject({
      open: {},
      instances: {},
      states: {},
      jobs: [],
      subjects: { [skipped.subject]: {} },
    });
  });
});
