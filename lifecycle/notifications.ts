import type { Digest } from './digest.js';

/** What people are told about exceptions, so that those who must decide find out. docs/notifications.md has the form on the wire. */

export const notificationTypes = ['requested', 'reminder', 'escalated', 'decided', 'expiring', 'renewed', 'expired'] as const;
export type NotificationType = (typeof notificationTypes)[number];

/** One thing to tell. Made by the workflow that it happened in, so that every attempt tells the same. */
export interface Notification {
  /** The same on every attempt: `<request workflow id>/<type>/<n>`. */
  id: string;
  type: NotificationType;
  /** ISO time at which it happened. */
  time: string;
  line: string;
  environment: string;
  /** The whole digest; people are shown its first 12 digits. */
  exception: Digest;
  rule: string;
  message: string;
  /** What would be excepted, one line each. */
  evidence: string[];
  requestedBy: string;
  reason?: string;
  ticket?: string;
  /** Groups that may decide now. */
  to: string[];
  /** ISO time; after it the answer is no. */
  deadline?: string;
  /** ISO time at which a grant ends. */
  expiresAt?: string;
  /** What was decided, e.g. `granted`. */
  decision?: string;
  by?: string;
  comment?: string;
}

/** What became of a notification at one target. */
export type Delivery =
  | {
      state: 'delivered';
      /** What was not quite as it should be, e.g. an address that was refused. */
      note?: string;
    }
  | { state: 'gave up'; why: string };

export interface NotifyResult {
  /** By the target's name in the worker's configuration. */
  targets: { [name: string]: Delivery };
}

export interface NotificationActivities {
  /** Names of the targets that want this notification, and how long each of them is tried. Throws `InvalidInput` for a malformed one. */
  notificationTargets(request: { notification: Notification }): Promise<{ targets: string[]; patienceMs: number }>;
  /** One attempt at one target; it may arrive more than once, always under the same id. Runs on `notificationQueue(target)`. */
  deliverNotification(request: { target: string; notification: Notification }): Promise<{ note?: string }>;
}
