import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One file a recorded run, `<operation>-<outcome>.json`. */
export const historiesFolder = fileURLToPath(new URL('./histories', import.meta.url));

export interface RecordedEvent {
  workflowExecutionStartedEventAttributes?: { workflowType: { name: string } };
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
}

/** @param name with or without `.json` */
export const readHistory = (name: string): { events: RecordedEvent[] } =>
  JSON.parse(readFileSync(join(historiesFolder, name.endsWith('.json') ? name : `${name}.json`), 'utf8')) as { events: RecordedEvent[] };
