import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { commandLine } from '../support/command-line.js';
import { FaultWorld } from '../support/fault-world.js';
import { begin, outcomeOf, register, untilStatus } from '../support/operations.js';
import { topicsModule } from '../support/small-product.js';

describe('a retirement that cannot take everything away', () => {
  let faults: FaultWorld;
  beforeAll(async () => void (faults = await FaultWorld.open({ applyPatience: '2 seconds' })));
  afterAll(() => faults.close());

  const resolve = (handle: WorkflowHandle, step: string, action: string, reason?: string) =>
    handle.executeUpdate<string, [object]>('resolveCompensation', { args: [{ operator: 'operator@localhost', step, action, reason }] });

  it('keeps in the ledger, and in the evidence, what a person decided to leave, and nothing else', async () => {
    const { world } = faults;
    const product = faults.product('leaves', { terraform: topicsModule(['leaves-a']) });
    await register(world, product);
    expect(await outcomeOf(await begin(world, 'deploy', product))).toMatchObject({ ended: 'deployed' });
    // The registry loses every deletion, for as long as anybody tries.
    faults.registry.cut('lose-request', { request: /^DELETE /, times: 1_000 });
    const run = await begin(world, 'retire', product, { sunset: new Date().toISOString() });
    const { awaiting } = await untilStatus(world, run, 'waits for approval', (status) => status.awaiting.length > 0);
    await run.signal('approveException', { exception: awaiting[0]!.digest, approver: 'approver@localhost' });
    const { remains } = await untilStatus(world, run, 'needs an operator', (status) => status.remains.length > 1);
    const [schema, store] = ['outputPort:out:schema', 'infrastructure:store:provision'];
    expect(remains.map(({ step }) => step).sort()).toEqual([store, schema]);
    await expect(resolve(run, schema, 'skip', 'read elsewhere')).resolves.toBe('resolved');
    await expect(resolve(run, store, 'retry')).resolves.toBe('resolved');
    expect(await outcomeOf(run)).toMatchObject({ ended: 'retired' });

    const left = 'left by operator@localhost: read elsewhere';
    const { instances } = (await world.catalog.environments.read(product.line, 'local'))!.record;
    expect(instances['1']).toMatchObject({ state: 'retired' });
    expect(Object.keys(instances['1']!.owns!)).toEqual([schema]);
    expect(instances['1']!.owns![schema]).toContainEqual(
      expect.objectContaining({ address: `subject ${product.subject}`, made: 'created', left }),
    );
    const { stdout } = await commandLine(world)(['owns', product.line]);
    expect(stdout).toContain(`still there: ${left}`);
    const key = (await world.catalog.evidence.list(product.line)).find((each) => each.endsWith('-retire.json'));
    expect(await world.catalog.evidence.read(key!)).toMatchObject({ ended: 'done', left: [{ step: schema, action: left }] });
    expect(await faults.snapshot(product)).toMatchObject({ subjects: { [product.subject]: {} } });
    expect((await faults.snapshot(product)).topics).toEqual({});
  });
});
