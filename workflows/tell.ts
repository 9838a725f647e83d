import { CancellationScope, ParentClosePolicy, WorkflowIdReusePolicy, startChild } from '@temporalio/workflow';
import type { Settings } from '../lifecycle/engine.js';
import { notificationWorkflowId } from '../lifecycle/ids.js';
import type { Notification } from '../lifecycle/notifications.js';
import { notify } from './notify.js';

/**
 * Has people told and waits only until that has begun: whatever becomes of it, the caller goes on, and it goes on when the caller has ended.
 * Never throws; a notification whose id was used before is not sent again. Cheap when the settings say that there is nobody to tell.
 */
export async function tell(notification: Notification, settings?: Pick<Settings, 'notifies'>): Promise<void> {
  if (settings?.notifies === false) return;
  const options = {
    workflowId: notificationWorkflowId(notification.id),
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `${notification.type}: ${notification.rule}`,
  };
  await CancellationScope.nonCancellable(() => startChild(notify, { ...options, args: [notification] })).catch(() => undefined);
}
