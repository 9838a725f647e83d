import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { Failure } from '../../lifecycle/failures.js';
import { notificationTypes, type Notification } from '../../lifecycle/notifications.js';
import { packageRoot } from '../../policies/package-root.js';
import { cloudEvent } from './cloud-event.js';

const schemaPath = join(packageRoot, 'activities', 'notifications', 'exception-data.schema.json');

let data: ValidateFunction | undefined;

/** Throws `InvalidInput` for a notification that no event can be made of: tried again, it would be no better. */
export function checkNotification(notification: Notification): void {
  const { id, type, time, exception } = notification ?? {};
  const wrong = [
    ...(typeof id === 'string' && id !== '' ? [] : ['id is missing']),
    ...(notificationTypes.includes(type) ? [] : [`type must be one of ${notificationTypes.join(', ')}`]),
    ...(Number.isNaN(Date.parse(time)) ? ['time must be an ISO time'] : []),
    ...(/^sha256:[0-9a-f]{64}$/.test(exception) ? [] : ['exception must be a digest']),
  ];
  if (wrong.length === 0) wrong.push(...faultsOfData(notification));
  if (wrong.length > 0) throw new Failure('InvalidInput', `the notification is wrong: ${wrong.join('; ')}`);
}

function faultsOfData(notification: Notification): string[] {
  const { data: made } = cloudEvent(notification, { source: 'steward', uiUrl: 'http://localhost' });
  data ??= compile();
  return data(made) ? [] : (data.errors ?? []).map((error: ErrorObject) => `${error.instancePath.slice(1)} ${error.message}`.trim());
}

function compile(): ValidateFunction {
  const ajv = new Ajv({ allErrors: true });
  addFormats.default(ajv, ['date-time', 'uri']);
  return ajv.compile(JSON.parse(readFileSync(schemaPath, 'utf8')) as object);
}
