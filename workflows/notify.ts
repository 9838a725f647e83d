import { isCancellation, log, proxyActivities } from '@temporalio/workflow';
import { notificationQueue } from '../lifecycle/ids.js';
import type { Delivery, Notification, NotificationActivities, NotifyResult } from '../lifecycle/notifications.js';
import { causeOf } from './failure.js';

/** Reads the worker's configuration and nothing else. */
const READ = '10 seconds';
/** An attempt ends by itself after a quarter of a minute (activities/notifications/deliver.ts); this is for a worker that died with it. */
const ATTEMPT = '30 seconds';
/** A target that was down over night hears of it within an hour after it is back. */
const LONGEST_PAUSE = '1 hour';

const { notificationTargets } = proxyActivities<NotificationActivities>({
  startToCloseTimeout: READ,
  retry: { maximumInterval: '1 minute' },
});

/** Tells every target that wants to know. Each is tried for itself, for as long as the worker's configuration says; none stops another. */
export async function notify(notification: Notification): Promise<NotifyResult> {
  const { targets, patienceMs } = await notificationTargets({ notification });
  const deliveries = targets.map(async (target) => [target, await deliver(target, notification, patienceMs)] as const);
  return { targets: Object.fromEntries(await Promise.all(deliveries)) };
}

async function deliver(target: string, notification: Notification, patienceMs: number): Promise<Delivery> {
  const { deliverNotification } = proxyActivities<NotificationActivities>({
    taskQueue: notificationQueue(target),
    startToCloseTimeout: ATTEMPT,
    scheduleToCloseTimeout: patienceMs,
    retry: { initialInterval: '1 second', maximumInterval: LONGEST_PAUSE },
    summary: `${notification.type} to ${target}`,
  });
  try {
    return { state: 'delivered', ...(await deliverNotification({ target, notification })) };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { type, message } = causeOf(error);
    const { id, line, environment } = notification;
    log.warn('a notification was given up', { notification: id, line, environment, target, why: `${type}: ${message}` });
    return { state: 'gave up', why: `${type}: ${message}` };
  }
}
