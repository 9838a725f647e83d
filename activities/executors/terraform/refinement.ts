import canonicalize from 'canonicalize';
import type { Json } from '../../../lifecycle/digest.js';
import { isUnknown, type ChangeEntry } from './change-digest.js';

/**
 * The changes of a fresh plan that were not approved. A change is covered by an approved one of the same address when it is that change,
 * with unknown values filled in, or what is left of it after a part was done: a create that has become an update of what this run made,
 * or its replacement after a failed create. Approved changes that are no longer needed are no fault.
 */
export function notApproved(now: ChangeEntry[], approved: ChangeEntry[], existedBefore: ReadonlySet<string>): ChangeEntry[] {
  const byAddress = new Map(approved.map((entry) => [entry.address, entry]));
  return now.filter((entry) => {
    const permitted = byAddress.get(entry.address);
    // Reading a data source changes nothing in the world; whether it happens at plan or at apply depends on what else is left to do.
    if (entry.kind === 'data') return false;
    return permitted === undefined || !covers(permitted, entry, existedBefore);
  });
}

/** True when `now` replaces what this very run made and could not finish: nothing of anybody else's is lost. */
export function isOwnUnfinished(now: ChangeEntry, approved: ChangeEntry[], existedBefore: ReadonlySet<string>): boolean {
  const made = approved.some((entry) => entry.address === now.address && entry.actions[0] === 'create' && entry.actions.length === 1);
  return now.tainted && made && !existedBefore.has(now.address);
}

function covers(approved: ChangeEntry, now: ChangeEntry, existedBefore: ReadonlySet<string>): boolean {
  // An output is nothing but a view of the resources; a half-done run shows it with other values before.
  if (now.kind === 'output') return refines(approved.after, now.after);
  const sameActions = approved.actions.join() === now.actions.join();
  if (sameActions) return same(approved.before, now.before) && refines(approved.after, now.after);
  const created = approved.actions.join() === 'create' && !existedBefore.has(now.address);
  const lighter = now.actions.join() === 'update' || now.actions.join() === 'no-op' || isOwnUnfinished(now, [approved], existedBefore);
  return created && lighter && refines(approved.after, now.after);
}

/** Equal where the approved value is known. */
export function refines(approved: Json, now: Json): boolean {
  if (isUnknown(approved)) return true;
  if (isUnknown(now)) return false;
  if (Array.isArray(approved)) {
    return Array.isArray(now) && approved.length === now.length && approved.every((item, at) => refines(item, now[at] ?? null));
  }
  if (typeof approved === 'object' && approved !== null) {
    if (typeof now !== 'object' || now === null || Array.isArray(now)) return false;
    const names = new Set([...Object.keys(approved), ...Object.keys(now)]);
    return [...names].every((name) => refines(approved[name] ?? null, now[name] ?? null));
  }
  return approved === now;
}

const same = (a: Json, b: Json): boolean => canonicalize(a) === canonicalize(b);
