import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { operationWorkflowId } from '../../lifecycle/ids.js';
import { eventually } from '../support/eventually.js';
import { FaultWorld } from '../support/fault-world.js';
import { begin, outcomeOf, register, untilStatus } from '../support/operations.js';
import { topicsModule } from '../support/small-product.js';
import type { SmallParts, SmallProduct } from '../support/small-product.js';
import { renamed, topicNames } from '../support/world-snapshot.js';
import type { WorldSnapshot } from '../support/world-snapshot.js';

describe('a run that somebody ends by force in the Temporal UI', () => {
  let faults: FaultWorld;
  let calm: SmallProduct;
  let undisturbed: WorldSnapshot;
  beforeAll(async () => {
    faults = await FaultWorld.open();
    calm = product('calm');
    await register(faults.world, calm);
    expect(await outcomeOf(await begin(faults.world, 'deploy', calm))).toMatchObject({ ended: 'deployed' });
    undisturbed = await faults.snapshot(calm);
  });
  afterAll(() => faults.close());

  const product = (name: string, more: SmallParts['more'] = {}) =>
    faults.product(name, { terraform: topicsModule(['a', 'b', 'c'].map((topic) => `${name}-${topic}`)), more });
  /** Starts deployments and waits until each is in the middle of its apply. */
  const inTheMiddle = async (...products: SmallProduct[]): Promise<WorkflowHandle[]> => {
    const runs = await Promise.all(products.map((each) => begin(faults.world, 'deploy', each)));
    await eventually(async () => {
      const made = await topicNames(faults.world);
      return products.every(({ name }) => made.includes(`${faults.world.topicPrefix}${name}-a`));
    }, 'the applies are under way');
    return runs;
  };
  const recordOf = async ({ line }: SmallProduct) => (await faults.world.catalog.environments.read(line, 'local'))?.record;

  it('is told by its record while nothing follows; the next operation recovers first and then succeeds', async () => {
    const { world } = faults;
    const [again, alone] = [product('again'), product('alone')];
    await register(world, again, alone);
    const runs = await inTheMiddle(again, alone);
    for (const run of runs) await run.terminate('by force');

    const second = await begin(world, 'deploy', again);
    await untilStatus(
      world,
      second,
      'recovers first',
      ({ state, notes }) => state.startsWith('recovering') || notes.some((note) => note.includes('recovered')),
    );
    expect(await outcomeOf(second)).toMatchObject({ ended: 'deployed' });
    expect(renamed(await faults.snapshot(again), again, calm)).toEqual(undisturbed);

    expect(await recordOf(alone)).toMatchObject({
      instances: {},
      operation: { operation: 'deploy', phase: 'applying', workflowId: operationWorkflowId('deploy', 'local', alone.line) },
    });
    // An upgrade has nothing to start from, which it can only know after it has brought the world to rest.
    expect(await outcomeOf(await begin(world, 'upgrade', alone))).toMatchObject({ ended: 'NotDeployed' });
    expect(await faults.snapshot(alone)).toMatchObject({ topics: {}, subjects: {}, states: {}, instances: {}, open: {} });
  });

  it('is undone in the steps too whose changes no plan could know before the steps ahead of them', async () => {
    const { world } = faults;
    // A name of its own each time: a second try of this test must not meet what the first one left.
    const name = `late${randomBytes(2).toString('hex')}`;
    const late = product(name, { copies });
    await register(world, late);
    const run = await begin(world, 'deploy', late);
    await eventually(
      async () => (await topicNames(world)).includes(`${world.topicPrefix}${name}-a-copy`),
      'the second module is being applied',
    ).catch(async (error: unknown) => {
      throw new Error(`it is not: ${JSON.stringify(await world.status(run))}`, { cause: error });
    });
    await run.terminate('by force');
    expect(await outcomeOf(await begin(world, 'upgrade', late))).toMatchObject({ ended: 'NotDeployed' });
    expect((await topicNames(world)).filter((topic) => topic.startsWith(`${world.topicPrefix}${name}-`))).toEqual([]);
  });

  it('reaches the same end when it is reset to before or to after the taking of the record in the middle of an apply', async () => {
    const { world } = faults;
    const [before, after] = [product('before'), product('after')];
    await register(world, before, after);
    const [first, second] = (await inTheMiddle(before, after)) as [WorkflowHandle, WorkflowHandle];
    const resets = [await reset(first, 'judge'), await reset(second, 'takeRecord')];
    for (const run of resets) expect(await outcomeOf(run)).toMatchObject({ ended: 'deployed' });
    for (const each of [before, after]) expect(renamed(await faults.snapshot(each), each, calm)).toEqual(undisturbed);
  });

  /** Resets to the workflow task that followed the end of an activity, as the UI does. */
  async function reset(handle: WorkflowHandle, activity: string): Promise<WorkflowHandle> {
    const { events = [] } = await handle.fetchHistory();
    const scheduled = events!.find((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity)!.eventId!;
    const done = events!.findIndex((event) => event.activityTaskCompletedEventAttributes?.scheduledEventId?.equals(scheduled));
    const task = events!.slice(done).find((event) => event.workflowTaskCompletedEventAttributes)!;
    const { workflowId } = handle;
    const { runId } = await faults.world.client.workflowService.resetWorkflowExecution({
      namespace: faults.world.namespace,
      workflowExecution: { workflowId, runId: (await handle.describe()).runId },
      reason: 'by force',
      requestId: `${workflowId}-reset`,
      workflowTaskFinishEventId: task.eventId!,
    });
    return faults.world.client.workflow.getHandle(workflowId, runId);
  }
});

/** An infrastructure with a topic for each of the first one's: nobody can plan it before these are there. */
const copies = {
  after: 'store',
  configurations: { TF_VAR_topics: '${output:store.topics}' },
  terraform: `terraform {
  required_providers {
    kafka = {
      source = "Mongey/kafka"
    }
  }
}
variable "topics" {
  type = list(string)
}
resource "kafka_topic" "copy" {
  for_each           = toset(var.topics)
  name               = "\${each.key}-copy"
  partitions         = 1
  replication_factor = 1
}
`,
};
