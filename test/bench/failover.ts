import type { WorkflowHandle } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { messageNames } from '../../lifecycle/messages.js';
import { AskingWorld } from '../support/asking-world.js';
import { eventually } from '../support/eventually.js';
import { begin, outcomeOf, register } from '../support/operations.js';
import { smallProduct, topicsModule } from '../support/small-product.js';
import type { StewardWorld, WorkerProcess } from '../support/steward-world.js';
import { clearWorld, topicNames } from '../support/world-snapshot.js';
import { openStack } from './stack.js';
import { median, ms, printTable } from './table.js';

const WAITS = 3;
const EFFECTS = 2;
/** As a worker has it whose configuration says nothing; tests have less. */
const HEARTBEAT = '30 seconds';

/** Measures how long it takes from the SIGKILL of a worker to progress on a second one that runs already. */
export async function measureFailover(): Promise<void> {
  const stack = await openStack();
  try {
    const asking = await AskingWorld.open(
      { waits: { roles: ['owners'], expiresAfter: '1 day', deadline: '10 minutes' } },
      {
        groups: { owners: ['ann@localhost'] },
        approvers: ['owners'],
        starters: [{ operations: ['register'], groups: ['everybody'], domains: ['*'] }],
      },
      { timeouts: { heartbeat: HEARTBEAT } },
    );
    const { world } = asking;
    try {
      const workers = [asking.worker, await world.startWorker()];
      const waits: number[] = [];
      for (let index = 0; index < WAITS; index++) {
        const { operation, request } = await asking.ask(`waits${index}n`);
        waits.push(await afterAWait(world, workers, operation));
        await Promise.all([operation, request].map((run) => run.terminate('measured')));
      }
      const effects = [];
      for (let index = 0; index < EFFECTS; index++) effects.push(await inAnEffect(world, workers, `effect${index}`));

      console.log('\nFrom the SIGKILL of a worker to progress on a second one that runs already:\n');
      printTable(
        ['what', 'figure', 'what it means'],
        [
          ['a waiting run hears a signal', span(waits), `median of ${waits.length}; it was in the cache of the worker that died`],
          [
            'an effect is tried again',
            span(effects.map(({ again }) => again)),
            `a Terraform apply was under way; median of ${EFFECTS}; the heartbeat is the default, ${HEARTBEAT}`,
          ],
          [
            '... and the deployment is done',
            span(effects.map(({ done }) => done)),
            'what the dead worker had begun is waited for, looked at and finished',
          ],
        ],
      );
    } finally {
      await clearWorld(world, []);
      await asking.close();
    }
  } finally {
    await stack.stop();
  }
}

const span = (times: number[]): string => `${ms(median(times))} (${ms(Math.min(...times))} to ${ms(Math.max(...times))})`;

/** Milliseconds until a run has handled a signal that came right after the death of the worker that knew it. */
async function afterAWait(world: StewardWorld, workers: WorkerProcess[], run: WorkflowHandle): Promise<number> {
  const tasks = async () => (await run.fetchHistory()).events!.filter((event) => event.workflowTaskCompletedEventAttributes);
  const before = await tasks();
  const { killed, replaced } = await kill(world, workers, before.at(-1)!.workflowTaskCompletedEventAttributes!.identity!);
  await run.signal(messageNames.approveException, { exception: '0123456789ab', approver: 'nobody@localhost' });
  const time = await eventually(async () => {
    const [next] = (await tasks()).slice(before.length);
    return next && tsToMs(next.eventTime) - killed;
  }, 'the other worker has handled the signal');
  await replaced;
  return time;
}

/** Milliseconds until an effect that was cut off is tried again, and until its operation is done. */
async function inAnEffect(world: StewardWorld, workers: WorkerProcess[], name: string): Promise<{ again: number; done: number }> {
  const product = smallProduct(world, name, { terraform: topicsModule(['a', 'b', 'c', 'd'].map((topic) => `${name}-${topic}`)) });
  await register(world, product);
  const run = await begin(world, 'deploy', product);
  await eventually(async () => (await topicNames(world)).some((topic) => topic.includes(`${name}-a`)), 'the apply is under way');
  const pending = async () => (await run.describe()).raw.pendingActivities?.[0];
  const { killed, replaced } = await kill(world, workers, (await pending())!.lastWorkerIdentity!);
  const again = await eventually(async () => {
    const activity = await pending();
    return activity && activity.attempt! > 1 && activity.lastStartedTime ? tsToMs(activity.lastStartedTime) - killed : undefined;
  }, 'the effect is tried again');
  const { ended } = await outcomeOf(run);
  if (ended !== 'deployed') throw new Error(`${name} ended as ${ended}`);
  const { closeTime } = await run.describe();
  await replaced;
  return { again, done: closeTime!.getTime() - killed };
}

/** Kills the worker of an identity (process@machine); another one takes its place for the next round, beside what is measured. */
async function kill(world: StewardWorld, workers: WorkerProcess[], identity: string): Promise<{ killed: number; replaced: Promise<void> }> {
  const index = workers.findIndex(({ pid }) => identity.startsWith(`${pid}@`));
  if (index < 0) throw new Error(`none of the workers is ${identity}`);
  workers[index]!.kill('SIGKILL');
  await workers[index]!.ended;
  const killed = Date.now();
  return { killed, replaced: world.startWorker().then((worker) => void (workers[index] = worker)) };
}
