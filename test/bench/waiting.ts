import type { WorkflowHandle } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import pMap from 'p-map';
import { digestOf } from '../../catalog/index.js';
import { operationWorkflowId } from '../../lifecycle/ids.js';
import { messageNames } from '../../lifecycle/messages.js';
import { residentMb } from '../../local/process-identity.js';
import { eventually } from '../support/eventually.js';
import { begin, untilStatus } from '../support/operations.js';
import { openWorld } from '../support/steward-world.js';
import type { StewardWorld } from '../support/steward-world.js';
import { openStack } from './stack.js';
import { median, ms, printTable } from './table.js';

const RUNS = Number(process.env['STEWARD_BENCH_RUNS'] ?? 1_000);
/** Runs spread over all of them, asked one after the other. */
const SIGNALS = 40;
const CLIENTS = 16;
const VERSION = '1.0.0';
const MONTH_MS = 30 * 24 * 3_600_000;

/** Measures what a thousand retirements that wait for their sunset cost one worker, and how soon it hears a signal to one of them. */
export async function measureWaiting(): Promise<void> {
  const stack = await openStack();
  try {
    const world = await openWorld();
    try {
      const worker = await world.startWorker();
      const idle = residentMb(worker.pid);
      const few = await signalTimes(await waitingRuns(world, 0, 1));
      const began = performance.now();
      const runs = await waitingRuns(world, 1, RUNS);
      const startedMs = performance.now() - began;
      const waiting = residentMb(worker.pid);
      const many = await signalTimes(runs);
      const after = residentMb(worker.pid);
      const queried = performance.now();
      await pMap(runs.slice(0, SIGNALS), (run) => world.status(run), { concurrency: 1 });
      const queryMs = (performance.now() - queried) / SIGNALS;

      console.log(`\n${RUNS} runs that wait for their sunset, on one worker:\n`);
      printTable(
        ['what', 'figure', 'what it means'],
        [
          [
            'memory of the worker',
            `${waiting.toFixed(0)} MB`,
            `resident; ${idle.toFixed(0)} MB before, ${after.toFixed(0)} MB after the signals`,
          ],
          [
            'a signal is handled after',
            range(many),
            `median of ${SIGNALS} spread over all runs, by the server's clock: arrival to the end of the task`,
          ],
          ['the same with one open run', range(few), `median of ${SIGNALS}`],
          ['a query status is answered after', ms(queryMs), `mean of ${SIGNALS} runs, the oldest ones: most are replayed for it`],
          [
            'all were announced and waited after',
            ms(startedMs),
            `${CLIENTS} clients; ${((RUNS * 1000) / startedMs).toFixed(0)} runs a second`,
          ],
        ],
      );
    } finally {
      await endAll(world);
      await world.close();
    }
  } finally {
    await stack.stop();
  }
}

const range = (times: number[]): string => `${ms(median(times))} (${ms(Math.min(...times))} to ${ms(Math.max(...times))})`;

/** Products that run, as far as the catalog says: deploying a thousand real ones would measure Kafka. */
async function waitingRuns(world: StewardWorld, first: number, count: number): Promise<WorkflowHandle[]> {
  const indices = Array.from({ length: count }, (_, index) => first + index);
  const sunset = new Date(Date.now() + MONTH_MS).toISOString();
  return pMap(
    indices,
    async (index) => {
      const name = `waits${index}${world.id}`;
      const line = `urn:dpds:org.bench:dataproducts:${name}`;
      const pin = { fqn: `${line}:1`, version: VERSION, bundle: digestOf(line) };
      const since = new Date().toISOString();
      const registered = { ...pin, state: 'registered' as const, registeredAt: since, registeredBy: 'bench' };
      await world.catalog.products.change(line, () => ({
        line,
        name,
        domain: 'Benchmark',
        owner: 'bench',
        versions: { [VERSION]: registered },
      }));
      const instance = {
        ...pin,
        state: 'deployed' as const,
        since,
        life: 1,
        plan: digestOf(line),
        outputs: {},
        workflowId: operationWorkflowId('deploy', 'local', line),
      };
      await world.catalog.environments.change(line, 'local', () => ({ line, environment: 'local', fence: 1, instances: { 1: instance } }));
      const product = { name, line, fqn: pin.fqn, version: VERSION, topic: '', subject: '', files: {} };
      const run = await begin(world, 'retire', product, { sunset });
      // A query to each would measure queries: the announcement is the last thing before the wait.
      await eventually(
        async () => (await world.catalog.environments.read(line, 'local'))?.record.instances[1]?.deprecation,
        `${name} is announced`,
      );
      return run;
    },
    { concurrency: CLIENTS },
  ).then(async (runs) => {
    await untilStatus(world, runs.at(-1)!, 'the last one waits', ({ state }) => state.includes('sunset'));
    return runs;
  });
}

/** Milliseconds, by the server's clock, from a signal's arrival to the end of the task that handled it. */
async function signalTimes(runs: WorkflowHandle[]): Promise<number[]> {
  const chosen = Array.from({ length: SIGNALS }, (_, index) => runs[Math.floor((index * runs.length) / SIGNALS)]!);
  return pMap(
    chosen,
    async (run) => {
      const before = (await run.fetchHistory()).events!.length;
      await run.signal(messageNames.approveException, { exception: '0123456789ab', approver: 'nobody@localhost' });
      return eventually(async () => {
        const events = (await run.fetchHistory()).events!.slice(before);
        const sent = events.find((event) => event.workflowExecutionSignaledEventAttributes);
        const handled = events.find((event) => event.workflowTaskCompletedEventAttributes);
        return sent && handled ? tsToMs(handled.eventTime) - tsToMs(sent.eventTime) : undefined;
      }, `${run.workflowId} has handled it`);
    },
    { concurrency: 1 },
  );
}

/** Nothing of it goes on beside the next measurement. */
async function endAll({ client }: StewardWorld): Promise<void> {
  const open: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' })) open.push(workflowId);
  await pMap(open, (workflowId) => client.workflow.getHandle(workflowId).terminate('measured'), { concurrency: CLIENTS });
  await eventually(async () => (await client.workflow.count('ExecutionStatus = "Running"')).count === 0, 'all runs have ended');
}
