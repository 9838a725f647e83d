import { isObject, textAt, type JsonObject } from '../json.js';
import { isMediaType } from './media-type.js';
import type { Normalising } from './normalising.js';

/** `service` as a reference or external resource becomes the name or address that it holds (T11). */
export function normaliseTask(task: JsonObject, by: Normalising): void {
  const service = task['service'];
  if (!isObject(service)) return;
  const mediaType = service['mediaType'] ?? service['contentMediaType'];
  if (mediaType !== undefined && !isMediaType(mediaType))
    by.journal.add('R101', task, 'service', 'mediaType of the service is not of the form type/subtype');
  const address = textAt(service, '$href') ?? textAt(service, '$ref');
  if (address === undefined) return;
  task['service'] = address;
  by.journal.add('T11', task, 'service', 'the address of the service is taken as its name');
}
