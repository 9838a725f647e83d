import type { WorkflowHandle } from '@temporalio/client';
import type { OperationStatus } from '../lifecycle/messages.js';
import { messageNames } from '../lifecycle/messages.js';

/** Often enough to look alive, seldom enough not to matter to the worker. */
const LOOK_MS = 300;
/** The operation has ended badly but stays open for an operator: nobody needs to wait for that. */
const NEEDS_OPERATOR = 'needs an operator';

export type Watched<R> = { ended: 'result'; result: R } | { ended: 'needs-operator'; status: OperationStatus };

/**
 * Follows an operation until its result. Throws as `handle.result()` does; returns early when an operator is needed.
 * @param show called with every change of the status
 */
export async function watch<R>(handle: WorkflowHandle, show: (status: OperationStatus) => void): Promise<Watched<R>> {
  let over = false;
  const result = handle.result().finally(() => {
    over = true;
  }) as Promise<R>;
  let last = '';
  const looking = (async (): Promise<Watched<R> | undefined> => {
    while (!over) {
      const status = await statusOf(handle);
      if (status) {
        const text = JSON.stringify(status);
        if (text !== last) show(status);
        last = text;
        if (status.state === NEEDS_OPERATOR) return { ended: 'needs-operator', status };
      }
      await Promise.race([new Promise((resolve) => setTimeout(resolve, LOOK_MS)), result.catch(() => undefined)]);
    }
    return undefined;
  })();
  const first = await Promise.race([looking, result.then((value) => ({ ended: 'result', result: value }) as const)]);
  if (first?.ended === 'needs-operator') {
    result.catch(() => undefined);
    return first;
  }
  const value = await result;
  const status = await statusOf(handle);
  if (status) show(status);
  return { ended: 'result', result: value };
}

/** Undefined while no worker answers. */
export const statusOf = (handle: WorkflowHandle): Promise<OperationStatus | undefined> =>
  handle.query<OperationStatus>(messageNames.status).catch(() => undefined);
