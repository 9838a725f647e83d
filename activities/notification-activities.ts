import { Context } from '@temporalio/activity';
import type { NotificationActivities } from '../lifecycle/notifications.js';
import { withEdge } from './edge.js';
import type { Notifications } from './notifications/index.js';
import type { Redactor } from './support/redaction.js';

/** Who is to be told, for the engine's queue: it reads the configuration only. */
export const targetActivities = (notifications: Notifications, redactor: Redactor): Pick<NotificationActivities, 'notificationTargets'> =>
  withEdge({ notificationTargets: async ({ notification }) => notifications.targetsOf(notification) }, redactor);

/** The attempts, for the queues of the targets. An attempt is short, so it ends by itself and sends no heartbeats. */
export const deliveryActivities = (notifications: Notifications, redactor: Redactor): Pick<NotificationActivities, 'deliverNotification'> =>
  withEdge(
    {
      deliverNotification: ({ target, notification }) => notifications.deliver(target, notification, Context.current().cancellationSignal),
    },
    redactor,
  );
