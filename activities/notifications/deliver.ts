import { Failure } from '../../lifecycle/failures.js';
import type { Notification } from '../../lifecycle/notifications.js';
import { cloudEvent } from './cloud-event.js';
import { email } from './email.js';
import { kafkaTopic } from './kafka.js';
import { ATTEMPT_MS, type NotificationSettings, type NotificationTarget, type Send, type TargetDeps } from './targets.js';
import { webhook } from './webhook.js';
import { checkNotification } from './well-formed.js';

export interface NotificationDeps extends TargetDeps {
  settings: NotificationSettings;
  /** How long each target is tried. Milliseconds. */
  patienceMs: number;
  /** Base of links into the Temporal UI, with the namespace. */
  uiUrl: string;
  /** Takes secrets that are known here out of what is told. */
  redact<T>(json: T): T;
}

export interface Notifications {
  targetsOf(notification: Notification): { targets: string[]; patienceMs: number };
  /** One attempt. Throws `SystemUnavailable` for what may come right by itself. @param cancelled ends the attempt at once */
  deliver(target: string, notification: Notification, cancelled: AbortSignal): Promise<{ note?: string }>;
}

/** The targets of a worker. Secrets are looked at right away: a wrong one is found at the start, not when somebody should have been told. */
export function createNotifications(deps: NotificationDeps): Notifications {
  const { settings, patienceMs, redact } = deps;
  const senders = new Map(Object.entries(settings.targets).map(([name, target]) => [name, sender(name, target, deps)]));
  return {
    targetsOf(notification) {
      checkNotification(notification);
      const wants = ([, { events }]: [string, NotificationTarget]): boolean => !events || events.includes(notification.type);
      const targets = Object.entries(settings.targets)
        .filter(wants)
        .map(([name]) => name);
      return { targets, patienceMs };
    },
    async deliver(name, notification, cancelled) {
      const send = senders.get(name);
      if (!send) throw new Failure('NotFound', `the target ${name} is not configured on this worker`);
      const event = redact(cloudEvent(notification, { source: settings.source, uiUrl: deps.uiUrl }));
      const late = AbortSignal.timeout(ATTEMPT_MS);
      const signal = AbortSignal.any([late, cancelled]);
      try {
        // The signal first: a library that was told to stop says so in words of its own.
        return await Promise.race([abortOf(signal), send(event, signal)]);
      } catch (error) {
        if (!late.aborted) throw error;
        throw new Failure('SystemUnavailable', `the target ${name} has not answered within ${ATTEMPT_MS / 1000} s`, { cause: error });
      }
    },
  };
}

function sender(name: string, target: NotificationTarget, deps: TargetDeps): Send {
  switch (target.type) {
    case 'webhook':
      return webhook(name, target, deps);
    case 'kafka':
      return kafkaTopic(name, target);
    case 'email':
      return email(name, target, deps);
  }
}

/** Rejects when the signal is aborted: not every library can be told to stop. */
const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
