import { sleep } from '@temporalio/workflow';
import type { Settings } from '../../lifecycle/engine.js';
import type { Notification } from '../../lifecycle/notifications.js';
import { tell } from '../../workflows/tell.js';

export { notify } from '../../workflows/notify.js';

/** Tells one thing after the other and ends, as a request that was decided on does. */
export async function teller(what: Notification[], settings?: Pick<Settings, 'notifies'>): Promise<string> {
  for (const each of what) await tell(each, settings);
  return 'told';
}

/** Waits for its cancellation, and tells then. */
export async function lastWords(what: Notification): Promise<void> {
  try {
    await sleep('1 day');
  } catch (error) {
    await tell(what);
    throw error;
  }
}
