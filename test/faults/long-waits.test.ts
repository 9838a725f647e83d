import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import pMap from 'p-map';
import { exceptionWorkflowId } from '../../lifecycle/ids.js';
import { messageNames } from '../../lifecycle/messages.js';
import { changedWorker } from '../support/changed-worker.js';
import { eventually } from '../support/eventually.js';
import { FaultWorld } from '../support/fault-world.js';
import { begin, outcomeOf, register, untilStatus } from '../support/operations.js';
import { dataModule } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';

/**
 * A signal costs its own event and at most the three of a task that takes it in. The server takes 10,000 of them into a run and ends a run
 * above 51,200 events, so that they alone cannot end it, and what else happens in a retirement is some hundred events.
 */
const MOST_EVENTS_A_SIGNAL = 4;
/** More than 2,000: the updates that a run may take in its life; and the signals after which an operation looks answers up. */
const MANY = 2_100;

/** Proves what makes waiting for months possible: the code may change meanwhile, and nothing that is sent makes a run too long. */
describe('operations that wait', () => {
  let faults: FaultWorld;
  beforeAll(async () => void (faults = await FaultWorld.open()));
  afterAll(() => faults.close());

  const deployed = async (name: string): Promise<SmallProduct> => {
    const product = faults.product(name, { terraform: dataModule(name) });
    await register(faults.world, product);
    expect(await outcomeOf(await begin(faults.world, 'deploy', product))).toMatchObject({ ended: 'deployed' });
    return product;
  };
  const retire = (product: SmallProduct, inMs: number): Promise<WorkflowHandle> =>
    begin(faults.world, 'retire', product, { sunset: new Date(Date.now() + inMs).toISOString() });
  const waitsForSunset = (run: WorkflowHandle) =>
    untilStatus(faults.world, run, 'waits for its sunset', ({ state }) => state.includes('sunset'));
  const approve = async (run: WorkflowHandle): Promise<void> => {
    const { awaiting } = await untilStatus(faults.world, run, 'waits for approval', (status) => status.awaiting.length > 0);
    await run.signal(messageNames.approveException, { exception: awaiting[0]!.digest, approver: 'approver@localhost' });
  };
  const patchesOf = async (run: WorkflowHandle): Promise<string[]> => {
    const { events } = await run.fetchHistory();
    const data = events!.flatMap(({ markerRecordedEventAttributes: marker }) => marker?.details?.['patch-data']?.payloads?.[0]?.data ?? []);
    return data.map((each) => (JSON.parse(Buffer.from(each).toString()) as { id: string }).id);
  };
  const lengthOf = async (run: WorkflowHandle): Promise<number> => (await run.describe()).historyLength;

  it('for their sunset or for approval go on under the code of the next release and end well', async () => {
    const [sunset, approval] = [await deployed('sunset'), await deployed('approval')];
    const runs = [await retire(sunset, 30_000), await retire(approval, 0)] as const;
    await waitsForSunset(runs[0]);
    await untilStatus(faults.world, runs[1], 'waits for approval', (status) => status.awaiting.length > 0);

    // Both have passed the one place; what is new there is not for them. One has the other place ahead.
    const more = (patch: string, at: string) => `    if (patched('${patch}')) await this.engine.planSteps(this.target);\n${at}`;
    const announcing = `    this.progress.state('announcing');\n`;
    const planning = `    this.progress.state('planning');\n`;
    const run = (from: string, to: string) => ({ file: 'workflows/run.ts', from, to });
    const next = await changedWorker(
      run(announcing, more('before-announcing', announcing)),
      run(planning, more('before-planning', planning)),
    );
    try {
      await faults.kill();
      faults.worker = await faults.world.startWorker({}, next.program);
      for (const each of runs) await approve(each);
      for (const each of runs) expect(await outcomeOf(each)).toMatchObject({ ended: 'retired' });
      expect(await patchesOf(runs[0])).toEqual(expect.arrayContaining(['before-planning']));
      for (const each of runs) expect(await patchesOf(each)).not.toContain('before-announcing');
      // What begins now meets the new place at once.
      const fresh = await begin(faults.world, 'deploy', sunset);
      expect(await outcomeOf(fresh)).toMatchObject({ ended: 'deployed' });
      expect(await patchesOf(fresh)).toContain('before-planning');
      const nothing = { states: {}, open: {} };
      expect(await faults.snapshot(approval)).toMatchObject({ ...nothing, instances: { [approval.line]: { 1: { state: 'retired' } } } });
    } finally {
      await faults.kill();
      await faults.restart();
      await next.remove();
    }
  });

  it('grow by what is sent to them no further than the server lets them, and still end on the day that was announced', async () => {
    const product = await deployed('flooded');
    const run = await retire(product, 45_000);
    await waitsForSunset(run);
    const quiet = await lengthOf(run);

    await pMap(Array.from({ length: 500 }), () => run.query(messageNames.status), { concurrency: 20 });
    expect(await lengthOf(run)).toBe(quiet);
    const answer = { step: 'nothing', action: 'skip', operator: 'stranger@localhost' };
    const refused = await pMap(
      Array.from({ length: MANY }),
      () =>
        run
          .executeUpdate(messageNames.resolveCompensation, { args: [answer] })
          .catch((error: { cause?: { type?: string } }) => error.cause?.type),
      { concurrency: 8 },
    );
    expect(new Set(refused)).toEqual(new Set(['DecisionRefused']));
    // None, but where the worker was too slow for the server to forget the task: a few events each time.
    expect(await lengthOf(run)).toBeLessThan(quiet + MANY / 4);
    const { events } = await run.fetchHistory();
    expect(events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toEqual([]);

    const nonsense = (_: unknown, index: number) =>
      run.signal(messageNames.approveException, { exception: '0123456789ab', approver: `stranger${index}` });
    await pMap(Array.from({ length: MANY }), nonsense, { concurrency: 20 });
    await eventually(
      async () => (await faults.world.status(run))?.refused.some((why) => why.includes('no such exception')),
      'they are taken in',
    );
    expect((await lengthOf(run)) - quiet).toBeLessThanOrEqual(MANY * MOST_EVENTS_A_SIGNAL);

    const { awaiting } = await untilStatus(faults.world, run, 'waits for approval', (status) => status.awaiting.length > 0);
    // The operation listens no more to what comes by signal: the request is answered itself, and the operation looks.
    const request = faults.world.client.workflow.getHandle(exceptionWorkflowId('local', product.line, awaiting[0]!.digest));
    const decision = { exception: awaiting[0]!.digest, approver: 'approver@localhost', decision: 'approve' };
    expect(await request.executeUpdate('decideException', { args: [decision] })).toBe('granted');
    expect(await outcomeOf(run)).toMatchObject({ ended: 'retired' });
  });
});
