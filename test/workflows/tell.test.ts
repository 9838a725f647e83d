import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DefaultLogger, NativeConnection, Runtime, Worker, bundleWorkflowCode } from '@temporalio/worker';
import { deliveryActivities, targetActivities } from '../../activities/notification-activities.js';
import { createRedactor } from '../../activities/support/redaction.js';
import { notificationQueue, notificationWorkflowId } from '../../lifecycle/ids.js';
import type { NotifyResult } from '../../lifecycle/notifications.js';
import { eventually } from '../support/eventually.js';
import { notification, notificationsTo } from '../support/notification-samples.js';
import { stackAddresses } from '../support/stack.js';
import { openWorld, type StewardWorld } from '../support/steward-world.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';

const TASK_QUEUE = 'tellers';

/** Proves that a workflow that tells something is never held up or ended by it, and that it is told all the same. */
describe('tell', () => {
  let world: StewardWorld;
  let receiver: WebhookReceiver;
  let connection: NativeConnection;
  let ended: Promise<unknown>;
  let workers: Worker[];

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    world = await openWorld();
    receiver = await startWebhookReceiver();
    process.env['TEST_WEBHOOK_SECRET'] = receiver.secret;
    const hook = { type: 'webhook', url: receiver.url, secret: 'env:TEST_WEBHOOK_SECRET' } as const;
    const notifications = notificationsTo({ hook }, { patienceMs: 60_000 });
    connection = await NativeConnection.connect({ address: stackAddresses().temporal });
    const workflowBundle = await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('../support/tellers.ts', import.meta.url)),
      logger: new DefaultLogger('ERROR'),
    });
    const common = { connection, namespace: world.namespace };
    const redactor = createRedactor();
    workers = [
      await Worker.create({ ...common, taskQueue: TASK_QUEUE, workflowBundle, activities: targetActivities(notifications, redactor) }),
      await Worker.create({ ...common, taskQueue: notificationQueue('hook'), activities: deliveryActivities(notifications, redactor) }),
    ];
    ended = Promise.all(workers.map((worker) => worker.run()));
  });
  afterAll(async () => {
    for (const worker of workers) worker.shutdown();
    await ended;
    await connection.close();
    await world.close();
    await receiver.down();
    delete process.env['TEST_WEBHOOK_SECRET'];
  });

  const told = () => notification({ id: `exception:${Math.random()}/requested/1` });
  const start = (type: string, ...args: unknown[]) =>
    world.client.workflow.start(type, { workflowId: `${type}-${Math.random()}`, taskQueue: TASK_QUEUE, args });
  const outcome = (id: string) => world.client.workflow.getHandle(notificationWorkflowId(id)).result() as Promise<NotifyResult>;
  const attempts = (id: string) => receiver.attempts.filter((each) => each === id);

  it('goes on while the target is down, and when the teller has ended', async () => {
    await receiver.down();
    const what = told();
    expect(await (await start('teller', [what])).result()).toBe('told');
    const handle = world.client.workflow.getHandle(notificationWorkflowId(what.id));
    await eventually(async () => (await handle.describe()).raw.pendingActivities?.some(({ attempt }) => (attempt ?? 0) > 1), 'it is tried');
    await receiver.up();
    expect(await outcome(what.id)).toEqual({ targets: { hook: { state: 'delivered' } } });
    expect(receiver.taken.map(({ event }) => event.id)).toEqual([what.id]);
  });

  it('tells a thing once, whoever tells it again', async () => {
    const what = told();
    expect(await (await start('teller', [what, what])).result()).toBe('told');
    await outcome(what.id);
    expect(await (await start('teller', [what])).result()).toBe('told');
    const next = told();
    await (await start('teller', [next])).result();
    await outcome(next.id);
    expect([attempts(what.id), attempts(next.id)]).toEqual([[what.id], [next.id]]);
  });

  it('is heard when the teller is cancelled', async () => {
    const what = told();
    const handle = await start('lastWords', what);
    await eventually(async () => (await handle.fetchHistory()).events?.some((event) => event.timerStartedEventAttributes), 'it waits');
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { message: expect.stringMatching(/cancel/i) } });
    expect(await outcome(what.id)).toEqual({ targets: { hook: { state: 'delivered' } } });
  });

  it('starts nothing where nobody is to be told', async () => {
    const what = told();
    const handle = await start('teller', [what], { notifies: false });
    expect(await handle.result()).toBe('told');
    const { events } = await handle.fetchHistory();
    expect(events?.some((event) => event.startChildWorkflowExecutionInitiatedEventAttributes)).toBe(false);
  });
});
