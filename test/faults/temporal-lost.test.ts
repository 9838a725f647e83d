import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { Unfinished } from '../../client/unfinished.js';
import { ENGINE_QUEUE, operationWorkflowId } from '../../lifecycle/ids.js';
import { commandLine, jsonOf } from '../support/command-line.js';
import { eventually } from '../support/eventually.js';
import { FaultWorld } from '../support/fault-world.js';
import { begin, outcomeOf, register, terraformOf, untilStatus } from '../support/operations.js';
import { OwnTemporal } from '../support/own-temporal.js';
import { jobsSql, topicsModule } from '../support/small-product.js';
import type { SmallProduct } from '../support/small-product.js';
import { renamed, topicNames } from '../support/world-snapshot.js';
import type { WorldSnapshot } from '../support/world-snapshot.js';

/** `TASK_QUEUE_TYPE_WORKFLOW` of Temporal's API. */
const WORKFLOW_QUEUE = 1;

/** Proves that Temporal may be killed, and that even its data may go: the catalog knows what was left half way, and how back or on. */
describe('Temporal is lost in the middle', () => {
  let temporal: OwnTemporal;
  let faults: FaultWorld;
  let steward: ReturnType<typeof commandLine>;
  let calm: SmallProduct;
  let undisturbed: WorldSnapshot;
  beforeAll(async () => {
    temporal = await OwnTemporal.start();
    faults = await FaultWorld.open({ undoPatience: '2 minutes' }, {}, temporal.addresses);
    steward = commandLine(faults.world);
    calm = await deployed('calm');
    undisturbed = await faults.snapshot(calm);
  });
  afterAll(async () => {
    await faults.close();
    await temporal.stop();
  });

  const topics = (name: string, ...more: string[]) => topicsModule(['a', 'b', 'c', ...more].map((topic) => `${name}-${topic}`));
  const made = async ({ name }: SmallProduct, topic: string) =>
    (await topicNames(faults.world)).includes(`${faults.world.topicPrefix}${name}-${topic}`);
  const recordOf = async ({ line }: SmallProduct) => (await faults.world.catalog.environments.read(line, 'local'))?.record;
  const evidenceOf = async ({ line }: SmallProduct, operation: string) => {
    const { evidence } = faults.world.catalog;
    const all = await Promise.all((await evidence.list(line)).map((key) => evidence.read<{ operation?: string }>(key)));
    return all.filter((each) => each.operation === operation);
  };

  const deployed = async (name: string): Promise<SmallProduct> => {
    const product = faults.product(name, { terraform: topics(name) });
    await register(faults.world, product);
    expect(await outcomeOf(await begin(faults.world, 'deploy', product))).toMatchObject({ ended: 'deployed' });
    return product;
  };
  /** A deployment of three topics whose first one is there. */
  const halfWay = async (name: string): Promise<{ product: SmallProduct; run: WorkflowHandle }> => {
    const product = faults.product(name, { terraform: topics(name) });
    await register(faults.world, product);
    const run = await begin(faults.world, 'deploy', product);
    await eventually(() => made(product, 'a'), 'the apply is under way');
    return { product, run };
  };
  /** Everything that Temporal knew is gone; the operator makes the namespace anew, and the worker may have died with it. */
  const loseTemporal = async ({ worker }: { worker: 'dies' | 'lives on' }): Promise<void> => {
    if (worker === 'dies') await faults.kill();
    await temporal.loseEverything();
    expect(await steward(['bootstrap'])).toMatchObject({ exitCode: 0 });
    if (worker === 'dies') return faults.restart();
    const { client, namespace } = faults.world;
    await eventually(async () => {
      const taskQueue = { name: ENGINE_QUEUE };
      const { pollers } = await client.workflowService.describeTaskQueue({ namespace, taskQueue, taskQueueType: WORKFLOW_QUEUE });
      return (pollers ?? []).length > 0;
    }, 'the worker has found the new server');
  };
  const recover = ({ line }: SmallProduct) => steward(['recover', line, '--environment', 'local', '--output', 'json']);
  const list = async () => jsonOf<Unfinished>(await steward(['recover', '--list', '--output', 'json']));
  const nothing = { topics: {}, subjects: {}, jobs: [], groups: [], states: {}, instances: {}, open: {} };

  it('goes on to the same end when the server is killed and started again on its data', async () => {
    const { product, run } = await halfWay('again');
    await temporal.kill();
    await temporal.startAgain();
    expect(await outcomeOf(run)).toMatchObject({ ended: 'deployed' });
    expect(renamed(await faults.snapshot(product), product, calm)).toEqual(undisturbed);
  });

  it('is undone by recover when the data are lost in an apply; a second recover finds nothing to do', async () => {
    const former = await deployed('applied');
    const before = await faults.snapshot(former);
    const later = faults.product('applied', { version: '1.1.0', terraform: topics('applied', 'd', 'e', 'f') });
    await register(faults.world, later);
    await begin(faults.world, 'upgrade', later);
    await eventually(() => made(later, 'd'), 'the apply is under way');
    await loseTemporal({ worker: 'dies' });
    expect(await recordOf(later)).toMatchObject({ operation: { operation: 'upgrade', phase: 'applying' } });

    expect((await list()).held).toMatchObject([{ product: later.line, environment: 'local', operation: 'upgrade', phase: 'applying' }]);
    const recovered = await recover(later);
    expect(recovered).toMatchObject({ exitCode: 0 });
    expect(jsonOf(recovered)).toMatchObject({ state: 'recovered', recovered: operationWorkflowId('upgrade', 'local', later.line) });
    expect(await faults.snapshot(former)).toEqual(before);
    expect(await terraformOf(faults.world, later)).toEqual([]);
    const left = { ended: 'compensated', left: [], cause: { type: 'Superseded' } };
    expect(await evidenceOf(later, 'upgrade')).toMatchObject([left]);

    const again = await recover(later);
    expect([again.exitCode, jsonOf(again)]).toMatchObject([0, { state: 'clean' }]);
    expect((await list()).held).toEqual([]);
    expect(await evidenceOf(later, 'upgrade')).toHaveLength(1);
  });

  it('is undone to the end by recover when the data are lost while it turned back', async () => {
    const sql = jobsSql('sink_a').replace('SELECT a FROM', 'SELECT a / (a - a) FROM');
    const product = faults.product('turned', { terraform: topics('turned'), sql });
    await register(faults.world, product);
    const run = await begin(faults.world, 'deploy', product);
    await untilStatus(faults.world, run, 'the schema is there', ({ steps }) =>
      steps.some(({ title, state }) => title === 'register schema of out' && state === 'done'),
    );
    await faults.registry.down();
    // The undo stands before a registry that does not answer: neither done nor given up.
    await untilStatus(faults.world, run, 'turns back', ({ steps }) =>
      steps.some(({ title, state }) => title === 'register schema of out' && state === 'undoing'),
    );
    await loseTemporal({ worker: 'dies' });
    await faults.registry.up();
    expect(await recordOf(product)).toMatchObject({ operation: { phase: 'compensating' } });

    expect(await recover(product)).toMatchObject({ exitCode: 0 });
    expect(await faults.snapshot(product)).toEqual(nothing);
    expect(await evidenceOf(product, 'deploy')).toMatchObject([{ ended: 'compensated', left: [] }]);
  });

  it('is finished by recover when the data are lost after deletion had begun', async () => {
    const product = await deployed('deleted');
    const retirement = await begin(faults.world, 'retire', product, { sunset: new Date().toISOString() });
    const { awaiting } = await untilStatus(faults.world, retirement, 'waits for approval', (status) => status.awaiting.length > 0);
    await retirement.signal('approveException', { exception: awaiting[0]!.digest, approver: 'approver@localhost' });
    await eventually(async () => !(await made(product, 'c')), 'deletion has begun');
    await loseTemporal({ worker: 'dies' });
    expect(await recordOf(product)).toMatchObject({ operation: { operation: 'retire', phase: 'finalising' } });

    expect(await recover(product)).toMatchObject({ exitCode: 0 });
    expect(await faults.snapshot(product)).toEqual({
      ...nothing,
      instances: { [product.line]: { 1: expect.objectContaining({ state: 'retired' }) } },
    });
    expect(await evidenceOf(product, 'retire')).toMatchObject([{ ended: 'done' }]);
    expect(await faults.world.catalog.products.read(product.line)).toMatchObject({
      record: { versions: { '1.0.0': { state: 'retired' } } },
    });
  });

  it('needs no recover: the next deploy does it, even beside a worker that lived through the loss and is still applying', async () => {
    const { product } = await halfWay('next');
    await loseTemporal({ worker: 'lives on' });
    const deployed = await steward(['deploy', product.line, product.version, '--output', 'json']);
    expect([deployed.exitCode, jsonOf(deployed)]).toMatchObject([0, { state: 'deployed' }]);
    expect(renamed(await faults.snapshot(product), product, calm)).toEqual(undisturbed);
    expect((await evidenceOf(product, 'deploy')).map((each) => (each as { ended?: string }).ended)).toEqual(['compensated', 'done']);
  });

  it('keeps recover from an operation that is really at work, with its link', async () => {
    const { product, run } = await halfWay('open');
    const refused = await recover(product);
    expect(refused.exitCode).toBe(5);
    const { runId } = await run.describe();
    const { temporalUi } = temporal.addresses;
    const link = `${temporalUi}/namespaces/${faults.world.namespace}/workflows/${encodeURIComponent(run.workflowId)}/${runId}`;
    expect(jsonOf(refused)).toMatchObject({ error: { type: 'OperationInProgress', message: expect.stringContaining(link) } });
    expect(await outcomeOf(run)).toMatchObject({ ended: 'deployed' });
  });

  it('leaves a retirement that waited announced: started again, it keeps the date, and can still be taken back; recover takes it back, too', async () => {
    const product = await deployed('announced');
    const before = await faults.snapshot(product);
    const sunset = new Date(Date.now() + 3_600_000).toISOString();
    const waits = (run: WorkflowHandle) =>
      untilStatus(faults.world, run, 'waits', ({ state }) => state.includes(`sunset date, until ${sunset}`));
    await waits(await begin(faults.world, 'retire', product, { sunset }));
    await loseTemporal({ worker: 'dies' });
    expect(await list()).toMatchObject({ held: [], announced: [{ product: product.line, version: '1.0.0', sunset }] });
    expect((await steward(['recover', '--list'])).stdout).toContain(`unless it waits: steward retire ${product.line} 1.0.0 -e local`);
    const again = await begin(faults.world, 'retire', product);
    await waits(again);
    await again.cancel();
    expect(await outcomeOf(again)).toMatchObject({ ended: 'Cancelled' });
    expect(await faults.snapshot(product)).toEqual(before);

    const forgotten = await begin(faults.world, 'retire', product, { sunset });
    await waits(forgotten);
    await forgotten.terminate('by force');
    expect(jsonOf(await recover(product))).toMatchObject({ state: 'recovered', recovered: forgotten.workflowId });
    expect(await faults.snapshot(product)).toEqual(before);
    expect(jsonOf(await recover(product))).toMatchObject({ state: 'clean' });
  });

  it('does not take a record from another namespace unless told to recover; a run that comes back there has no more effects', async () => {
    const { product, run } = await halfWay('foreign');
    await faults.kill();
    const elsewhere = { TEMPORAL_NAMESPACE: `${faults.world.namespace}-other` };
    expect(await steward(['bootstrap'], { env: elsewhere })).toMatchObject({ exitCode: 0 });
    const other = await faults.world.startWorker(elsewhere);
    const refused = await steward(['deploy', product.line, product.version, '--output', 'json'], { env: elsewhere });
    expect([refused.exitCode, jsonOf(refused)]).toMatchObject([
      5,
      { error: { type: 'OperationInProgress', message: expect.stringContaining(`of the Temporal namespace ${faults.world.namespace},`) } },
    ]);
    const recovered = await steward(['recover', product.line, '--output', 'json'], { env: elsewhere });
    expect([recovered.exitCode, jsonOf(recovered)]).toMatchObject([0, { state: 'recovered' }]);
    other.kill('SIGTERM');
    await other.ended;
    await faults.restart();
    expect(await outcomeOf(run)).toMatchObject({ ended: 'Superseded' });
    expect(await faults.snapshot(product)).toEqual(nothing);
  });
});
