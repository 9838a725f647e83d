import { setTimeout as delay } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { Failure } from '../lifecycle/failures.js';
import type { OperationStatus } from '../lifecycle/messages.js';
import { messageNames } from '../lifecycle/messages.js';
import { isRefusal } from './connect.js';
import { underWay } from './under-way.js';
import type { Doing } from './under-way.js';

/** Often enough to look alive, seldom enough not to matter to the worker. */
const LOOK_MS = 300;
/** A worker answers in milliseconds; without one the server would hold the question until a worker comes. */
const ANSWER_TIMEOUT_MS = 3_000;
/** What activities say of themselves changes slowly, and asking for it costs the server more. */
const DOING_MS = 2_000;
/** Nobody should look at a still screen for longer without being told why. */
const SILENCE_MS = 6_000;
/** The operation has ended badly but stays open for an operator: nobody needs to wait for that. */
const NEEDS_OPERATOR = 'needs an operator';

export type Watched<R> = { ended: 'result'; result: R } | { ended: 'needs-operator'; status: OperationStatus };

export interface Watching {
  /** Called when no worker answers, or (with the reason) when its answer cannot be had; once each time. */
  silent?: (why?: string) => void;
  /** Called now and then with what is under way. */
  doing?: (all: Doing[]) => void;
}

/**
 * Follows an operation until its result. Throws as `handle.result()` does; returns early when an operator is needed.
 * @param show called with every change of the status, the last one included
 */
export async function watch<R>(
  handle: WorkflowHandle,
  show: (status: OperationStatus) => void,
  { silent = () => undefined, doing }: Watching = {},
): Promise<Watched<R>> {
  let over = false;
  const stop = new AbortController();
  const result = handle.client
    .withAbortSignal(stop.signal, () => handle.result() as Promise<R>)
    .finally(() => {
      over = true;
    });
  const ended = result.then(
    () => undefined,
    () => undefined,
  );
  let last = '';
  let why: string | undefined;
  const look = async (): Promise<OperationStatus | undefined> => {
    why = undefined;
    const status = await statusOf(handle).catch((error: unknown) => {
      // Whoever may not read it will not be allowed to in a while; what is down comes back.
      if (!(error instanceof Failure) || error.type === 'AccessDenied') throw error;
      why = error.message;
      return undefined;
    });
    const text = JSON.stringify(status);
    if (status && text !== last) show(status);
    last = text;
    return status;
  };
  const looking = (async (): Promise<OperationStatus | undefined> => {
    let heard = Date.now();
    let told = false;
    let asked = 0;
    while (!over) {
      const status = await look();
      if (doing && Date.now() - asked > DOING_MS && !over) {
        doing(await underWay(handle));
        asked = Date.now();
      }
      if (status?.state === NEEDS_OPERATOR) return status;
      if (status) [heard, told] = [Date.now(), false];
      else if (!told && !over && Date.now() - heard > SILENCE_MS) {
        told = true;
        silent(why);
      }
      await Promise.race([delay(LOOK_MS), ended]);
    }
    return undefined;
  })();
  // No call may be left under way: one that is tried again after the connection was closed would crash the process.
  const stuck = await looking.catch(async (error: unknown) => {
    stop.abort();
    await ended;
    throw error;
  });
  if (stuck) stop.abort();
  await ended;
  if (stuck) return { ended: 'needs-operator', status: stuck };
  await look();
  return { ended: 'result', result: await result };
}

/**
 * Undefined while no worker answers. Throws `AccessDenied` for whoever may not ask, or not read what it answers, and whatever else keeps the
 * command line from reading it.
 */
export const statusOf = (handle: WorkflowHandle): Promise<OperationStatus | undefined> =>
  handle.client
    .withDeadline(Date.now() + ANSWER_TIMEOUT_MS, () => handle.query<OperationStatus>(messageNames.status))
    .catch((error: unknown) => {
      if (error instanceof Failure) throw error;
      if (isGrpcServiceError(error) && isRefusal(error.code))
        throw new Failure('AccessDenied', `Temporal does not let you ask it: ${error.details}`, { cause: error });
      return undefined;
    });
