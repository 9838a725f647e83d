import type { temporal } from '@temporalio/proto';
import { ENGINE_QUEUE, executorQueue } from '../../../lifecycle/ids.js';

type Payloads = temporal.api.common.v1.IPayloads | null | undefined;

/** The second and later call of the same thing in a run get a number. */
const SEPARATOR = '#';

/**
 * What an activity is called in the matrix, e.g. `terraform.apply provision:store`, `judge deployed`: its type, and the step or the point that
 * its input names. The same in every run of the same operation, whatever the order in which independent steps end.
 */
export function activityName(type: string, input: Payloads): string {
  const about = aboutOf(input?.payloads?.[0]?.data);
  return about === undefined ? type : `${type} ${about}`;
}

function aboutOf(data: Uint8Array | null | undefined): string | undefined {
  if (!data || data.length === 0) return undefined;
  try {
    const input = JSON.parse(Buffer.from(data).toString('utf8')) as { scope?: { step?: string }; point?: string; phase?: string } | null;
    return input?.scope?.step ?? input?.point ?? input?.phase;
  } catch {
    return undefined;
  }
}

/** Gives the activities of one run their keys, in the order in which the run asks for them. */
export class ActivityKeys {
  private readonly seen = new Map<string, number>();
  private readonly byId = new Map<string, string>();

  /** @param id the activity's id in its run */
  keyOf(id: string, name: string): string {
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    const nth = (this.seen.get(name) ?? 0) + 1;
    this.seen.set(name, nth);
    const key = nth === 1 ? name : `${name} ${SEPARATOR}${nth}`;
    this.byId.set(id, key);
    return key;
  }

  known(id: string): string | undefined {
    return this.byId.get(id);
  }
}

/** The queue that an activity is given away by. */
export const queueOf = (activity: string): string => {
  const [type = ''] = activity.split(' ');
  return type.includes('.') ? executorQueue(type.split('.')[0]!) : ENGINE_QUEUE;
};
