import { isObject, textAt, type JsonObject } from '../json.js';
import type { Normalising } from './normalising.js';

/** `service` as a reference or external resource becomes the name or address that it holds (T11). */
export function normaliseTask(task: JsonObject, by: Normalising): void {
  const service = task['service'];
  if (!isObject(service)) return;
  const address = textAt(service, '$href') ?? textAt(service, '$ref');
  if (address === undefined) return;
  task['service'] = address;
  by.journal.add('T11', task, 'service', 'the address of the service is taken as its name');
}
