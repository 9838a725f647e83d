import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { WorkflowHandle } from '@temporalio/client';
import { messageNames } from '../../lifecycle/messages.js';
import { AskingWorld } from '../support/asking-world.js';
import { commandSettings } from '../support/command-line.js';
import { register } from '../support/operations.js';
import { smallProduct } from '../support/small-product.js';
import { clearWorld } from '../support/world-snapshot.js';
import { commandLine } from './command-line.js';
import { openStack } from './stack.js';
import { median, ms, printTable } from './table.js';

/** The first of each warms the caches and is not counted. */
const TIMES = 11;
const PROGRAM = 'dist/client/main.js';

/** Measures how soon somebody sees something: the command line at all, the first lines of an operation, a message on the page of its run. */
export async function measureSeeing(): Promise<void> {
  const node = await repeated(() => lineTimes(['--eval', 'console.log("")'], {}, 1));
  const help = await repeated(async () => [(await commandLine(['--help'])).ms]);
  const stack = await openStack();
  try {
    const asking = await AskingWorld.open(
      { asks: { roles: ['owners'], expiresAfter: '1 day' } },
      {
        groups: { owners: ['ann@localhost'] },
        approvers: ['owners'],
        starters: [{ operations: ['*'], groups: ['everybody'], domains: ['*'] }],
      },
    );
    const { world } = asking;
    const product = smallProduct(world, 'seen', {});
    try {
      await register(world, product);
      const args = [PROGRAM, 'plan', product.line, product.version];
      const first = await repeated(() => lineTimes(args, commandSettings(world), 2));
      const { operation } = await asking.ask('asks1n');
      const pages: number[] = [];
      for (let index = 0; index < TIMES; index++) pages.push(await pageTime(operation, `nobody${index}`));

      console.log('\nHow soon something is seen:\n');
      const ofNode = median(node.map(([time]) => time!));
      const row = (what: string, times: number[], means: string): string[] => [
        what,
        `${ms(median(times))} (${ms(Math.min(...times))} to ${ms(Math.max(...times))})`,
        `${(median(times) / ofNode).toFixed(1)}`,
        means,
      ];
      printTable(
        ['what', 'time', 'of a start of Node', 'what it means'],
        [
          row(
            'Node, one line',
            node.map(([time]) => time!),
            'the start of the runtime alone',
          ),
          row(
            'steward --help',
            help.map(([time]) => time!),
            'the command line, cold',
          ),
          row(
            'steward plan: its link',
            first.map(([time]) => time!),
            'connected, a worker is there, the run is started',
          ),
          row(
            'steward plan: the first line of progress',
            first.map(([, time]) => time!),
            'the worker has answered the first question',
          ),
          row('a signal is on the page', pages.slice(1), 'sent by a client, refused by the run, read from the page of the run'),
        ],
      );
    } finally {
      await clearWorld(world, [product]);
      await asking.close();
    }
  } finally {
    await stack.stop();
  }
}

async function repeated(measure: () => Promise<number[]>): Promise<number[][]> {
  const all: number[][] = [];
  for (let index = 0; index < TIMES; index++) all.push(await measure());
  return all.slice(1);
}

/** Milliseconds until each of the first lines of a program in Node. */
async function lineTimes(args: string[], env: Record<string, string>, count: number): Promise<number[]> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const times: number[] = [];
  const lines = createInterface({ input: child.stdout }).on('line', () => times.push(performance.now() - began));
  await once(lines, 'close');
  if (times.length < count) throw new Error(`${args.join(' ')} printed ${times.length} lines`);
  return times.slice(0, count);
}

/** From a signal of somebody who may not decide until the page of the run says that it was not obeyed. */
async function pageTime(run: WorkflowHandle, approver: string): Promise<number> {
  const [request] = (await run.query<{ awaiting: { digest: string }[] }>(messageNames.status)).awaiting;
  const began = performance.now();
  await run.signal(messageNames.rejectException, { exception: request!.digest, approver });
  while (!(await pageOf(run)).includes(approver)) if (performance.now() - began > 30_000) throw new Error('the page does not tell it');
  return performance.now() - began;
}

/** Current details, as the Temporal UI asks for them. */
const pageOf = async (run: WorkflowHandle): Promise<string> =>
  (await run.query<{ currentDetails?: string }>('__temporal_workflow_metadata')).currentDetails ?? '';
