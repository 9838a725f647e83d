import {
  createNotifications,
  type NotificationDeps,
  type NotificationTarget,
  type Notifications,
} from '../../activities/notifications/index.js';
import { createRedactor } from '../../activities/support/redaction.js';
import { createSecrets } from '../../activities/support/secrets.js';
import type { Notification } from '../../lifecycle/notifications.js';

const line = 'urn:dpds:org.test:dataproducts:trips';

/** A request for an exception, as the workflow of it would tell. */
export const notification = (changes: Partial<Notification> = {}): Notification => ({
  id: `exception:prod:${line}:0123456789ab/requested/1`,
  type: 'requested',
  time: '2027-01-02T03:04:05.678Z',
  line,
  environment: 'prod',
  exception: `sha256:${'0123456789ab'.padEnd(64, 'f')}`,
  rule: 'no-deletion-of-topics',
  message: 'the topic trips would be deleted',
  evidence: ['delete topic trips', 'delete topic stops'],
  requestedBy: 'ann@example.org',
  reason: 'nobody reads it any more',
  to: ['stewards'],
  deadline: '2027-01-09T03:04:05.678Z',
  expiresAt: '2027-04-01T00:00:00.000Z',
  ...changes,
});

export const places = { source: 'urn:test:steward', uiUrl: 'http://127.0.0.1:8233/namespaces/default' };

/** Targets as the worker builds them, with secrets from the environment of this process. */
export function notificationsTo(targets: { [name: string]: NotificationTarget }, changes: Partial<NotificationDeps> = {}): Notifications {
  const redactor = createRedactor();
  return createNotifications({
    settings: { source: places.source, targets },
    uiUrl: places.uiUrl,
    patienceMs: 1_000,
    secret: createSecrets(redactor),
    redact: (json) => redactor.value(json),
    ...changes,
  });
}

/** Nobody cancels. */
export const goingOn = (): AbortSignal => new AbortController().signal;
