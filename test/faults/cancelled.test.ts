import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { eventually } from '../support/eventually.js';
import { FaultWorld, NthRequest } from '../support/fault-world.js';
import { begin, outcomeOf, register, untilStatus } from '../support/operations.js';
import { dataModule, jobsSql, topicsModule } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { jobsOf, topicNames } from '../support/world-snapshot.js';

describe('an operation that is cancelled', () => {
  let faults: FaultWorld;
  beforeAll(async () => void (faults = await FaultWorld.open()));
  afterAll(() => faults.close());

  /** Reads of a product's subject, in the order of a deployment. */
  const reads = ({ subject }: SmallProduct) => new RegExp(`^GET /subjects/${subject}/versions `);
  const stepRuns = (handle: WorkflowHandle, title: string) =>
    untilStatus(faults.world, handle, `${title} runs`, ({ steps }) =>
      steps.some((step) => step.title === title && step.state === 'running'),
    );

  it('ends as cancelled with the world as before, whichever stage of a deployment it is in', async () => {
    const { world, registry, gateway } = faults;
    const small = (name: string) => faults.product(name, { terraform: dataModule(name), sql: jobsSql('sink_a', 'sink_b') });
    const calm = small('calm');
    const [planning, schemas, sql, verify] = ['planning', 'schemas', 'sql', 'verify'].map(small) as [
      SmallProduct,
      SmallProduct,
      SmallProduct,
      SmallProduct,
    ];
    const terraform = faults.product('terraform', { terraform: topicsModule(['a', 'b', 'c'].map((topic) => `terraform-${topic}`)) });
    await register(world, calm, planning, terraform, schemas, sql, verify);
    const ofRegistry = new NthRequest(reads(calm));
    registry.cut('lose-answer', { request: ofRegistry });
    const ofGateway = new NthRequest(/^POST \/v1\/sessions\/[^/]+\/statements/);
    gateway.cut('lose-answer', { request: ofGateway });
    expect(await outcomeOf(await begin(world, 'deploy', calm))).toMatchObject({ ended: 'deployed' });
    const lastStatement = ofGateway.seen;
    const before = await faults.snapshot(planning, terraform, schemas, sql, verify);

    registry.cut('hold-answer', { request: new NthRequest(reads(planning), 1) });
    registry.cut('hold-answer', { request: new RegExp(`^POST /subjects/${schemas.subject}/versions `) });
    // The last look of a deployment is that of the verification.
    registry.cut('hold-answer', { request: new NthRequest(reads(verify), ofRegistry.seen) });

    const cancel = async (product: SmallProduct, when: (handle: WorkflowHandle) => Promise<unknown>) => {
      const handle = await begin(world, 'deploy', product);
      await when(handle);
      await handle.cancel();
      return outcomeOf(handle);
    };
    const outcomes = await Promise.all([
      cancel(planning, (handle) => untilStatus(world, handle, 'planning', ({ state }) => state === 'planning')),
      cancel(terraform, () =>
        eventually(async () => (await topicNames(world)).includes(`${world.topicPrefix}terraform-a`), 'the first topic'),
      ),
      cancel(schemas, (handle) => stepRuns(handle, 'register schema of out')),
      cancel(verify, (handle) => untilStatus(world, handle, 'verifying', ({ state }) => state === 'verifying')),
    ]);
    // The gateway is one for all: what is held there is the last INSERT of the only product that still deploys.
    gateway.cut('hold-answer', { request: new NthRequest(/^POST \/v1\/sessions\/[^/]+\/statements/, lastStatement) });
    outcomes.push(await cancel(sql, () => eventually(async () => (await jobsOf([sql])).length === 2, 'both jobs were submitted')));

    for (const outcome of outcomes) expect(outcome).toMatchObject({ ended: 'Cancelled' });
    expect(await faults.snapshot(planning, terraform, schemas, sql, verify)).toEqual(before);
  });

  it('takes a retirement back that waits for the sunset date, or for approval', async () => {
    const { world } = faults;
    const [sunset, approval] = ['sunset', 'approval'].map((name) => faults.product(name, { terraform: dataModule(name) })) as [
      SmallProduct,
      SmallProduct,
    ];
    await register(world, sunset, approval);
    for (const each of [sunset, approval]) expect(await outcomeOf(await begin(world, 'deploy', each))).toMatchObject({ ended: 'deployed' });
    const before = await faults.snapshot(sunset, approval);

    const runs = [
      await begin(world, 'retire', sunset),
      await begin(world, 'retire', approval, { sunset: new Date().toISOString() }),
    ] as const;
    await untilStatus(world, runs[0], 'waits for the date', ({ state }) => state.includes('waiting for the sunset'));
    await untilStatus(world, runs[1], 'waits for approval', ({ awaiting }) => awaiting.length > 0);
    for (const run of runs) {
      await run.cancel();
      expect(await outcomeOf(run)).toMatchObject({ ended: 'Cancelled' });
    }
    expect(await faults.snapshot(sunset, approval)).toEqual(before);
    expect((await world.catalog.products.read(approval.line))?.record.versions['1.0.0']?.state).toBe('registered');
  });
});
