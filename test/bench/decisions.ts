import type { WorkflowHandle } from '@temporalio/client';
import pMap from 'p-map';
import { residentMb } from '../../local/process-identity.js';
import { messageNames } from '../../lifecycle/messages.js';
import { AskingWorld } from '../support/asking-world.js';
import type { Asked } from '../support/asking-world.js';
import { openStack } from './stack.js';
import { median, ms, printTable } from './table.js';

/** Decisions one after the other; the first one warms the caches and is not counted. */
const DECISIONS = 21;
/** Requests that wait together. */
const WAITING = 20;
/** A month of days that last a second. */
const DAYS = 30;

/** Measures how soon a decision is acted on, and what a request costs that waits for a month with a reminder a day. */
export async function measureDecisions(): Promise<void> {
  const stack = await openStack();
  try {
    const asking = await AskingWorld.open(
      {
        quick: { roles: ['owners'], expiresAfter: '1 day' },
        month: { roles: ['owners'], expiresAfter: '1 day', deadline: `${DAYS} seconds`, reminderEvery: '1 second' },
      },
      {
        groups: { owners: ['ann@localhost'] },
        approvers: ['owners'],
        starters: [{ operations: ['register'], groups: ['everybody'], domains: ['*'] }],
      },
    );
    try {
      const latencies: number[] = [];
      for (let index = 0; index < DECISIONS; index++) latencies.push(await decisionLatency(await asking.ask(`quick${index}n`)));
      const counted = latencies.slice(1).sort((a, b) => a - b);

      const idle = residentMb(asking.worker.pid);
      const asked = await pMap(
        Array.from({ length: WAITING }, (_, index) => `month${index}n`),
        (name) => asking.ask(name),
        { concurrency: 4 },
      );
      const waiting = residentMb(asking.worker.pid);
      await Promise.all(asked.map(({ operation }) => operation.result().catch(() => undefined)));
      const histories = await Promise.all(asked.map(({ request }) => sizeOf(request)));

      console.log('\nDecisions:\n');
      printTable(
        ['what', 'figure', 'what it means'],
        [
          [
            'from the signal to the continued run',
            `${ms(median(counted))} (${ms(counted[0]!)} to ${ms(counted.at(-1)!)})`,
            `median of ${counted.length}, between events of the two histories: verified, written down, told, looked up`,
          ],
          [
            `a request that waits ${DAYS} days, a reminder a day`,
            `${median(histories.map(({ events }) => events))} events, ${(median(histories.map(({ bytes }) => bytes)) / 1024).toFixed(0)} KiB`,
            'its whole history, expired at the end; days of a second',
          ],
          [
            `memory of ${WAITING} such requests and their operations`,
            `${(waiting - idle).toFixed(0)} MB`,
            `resident memory of the worker before: ${idle.toFixed(0)} MB; garbage included`,
          ],
        ],
      );
    } finally {
      await asking.close();
    }
  } finally {
    await stack.stop();
  }
}

/** Milliseconds, by the server's clock, from the decision's arrival to the first thing that the operation does because of it. */
async function decisionLatency({ request, operation, exception }: Asked): Promise<number> {
  await request.signal(messageNames.approveException, { exception: exception.digest, approver: 'ann@localhost' });
  await operation.result();
  const [told, acted] = await Promise.all([request.fetchHistory(), operation.fetchHistory()]);
  const sent = told.events!.find((event) => event.workflowExecutionSignaledEventAttributes?.signalName === messageNames.approveException)!;
  const answered = acted.events!.findIndex(
    (event) => event.workflowExecutionSignaledEventAttributes?.signalName === messageNames.decisionAnswered,
  );
  // The first activity looks the answer up; the second is what the run goes on with.
  const [, next] = acted.events!.slice(answered).filter((event) => event.activityTaskScheduledEventAttributes);
  return timeOf(next!.eventTime!) - timeOf(sent.eventTime!);
}

const timeOf = ({ seconds, nanos }: { seconds?: unknown; nanos?: number | null }): number => Number(seconds) * 1000 + (nanos ?? 0) / 1e6;

async function sizeOf(handle: WorkflowHandle): Promise<{ events: number; bytes: number }> {
  const { raw } = await handle.describe();
  const { historyLength, historySizeBytes } = raw.workflowExecutionInfo ?? {};
  return { events: Number(historyLength), bytes: Number(historySizeBytes) };
}
