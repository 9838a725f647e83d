import { createHmac } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Digest, Json } from '../../../lifecycle/digest.js';
import { digestOfJson } from '../../../descriptors/digest.js';
import { holdsUnknown } from '../../support/placeholders.js';
import type { PlanAction, PlanView, ResourceChange, ValueChange } from './plan-view.js';

/** Stands for a value that is not known yet, at any depth. */
export const UNKNOWN: Json = { '': 'unknown' };

/** One change of a plan, free of secrets: what is approved, compared and stored. */
export interface ChangeEntry {
  kind: 'resource' | 'data' | 'output';
  address: string;
  /** Resource type; empty for outputs. */
  type: string;
  actions: PlanAction[];
  before: Json;
  /** With UNKNOWN where the plan does not know. */
  after: Json;
  replacePaths: Json;
  /** Import id, when the template adopts something that exists. */
  importing?: string;
  previousAddress?: string;
  /** The resource is replaced because an earlier apply of it failed. */
  tainted: boolean;
}

/**
 * The changes of a plan, sorted, without what differs from plan to plan (time, variables, prior state). A sensitive value becomes a hash
 * keyed with `key` and its place, so that a change of it shows and its value does not.
 */
export function changeEntries(plan: PlanView, key: Uint8Array): ChangeEntry[] {
  const resources = (plan.resource_changes ?? []).filter(changesSomething).map((each): ChangeEntry => {
    const address = each.deposed === undefined ? each.address : `${each.address} (deposed ${each.deposed})`;
    return {
      kind: each.mode === 'data' ? 'data' : 'resource',
      address,
      type: each.type,
      ...values(each.change, address, key),
      tainted: each.action_reason === 'replace_because_tainted',
      ...(each.change.importing?.id === undefined ? {} : { importing: each.change.importing.id }),
      ...(each.previous_address === undefined ? {} : { previousAddress: each.previous_address }),
    };
  });
  const outputs = Object.entries(plan.output_changes ?? {})
    .filter(([, change]) => !change.actions.includes('no-op'))
    .map(([name, change]): ChangeEntry => {
      const address = `output.${name}`;
      return { kind: 'output', address, type: '', ...values(change, address, key), tainted: false };
    });
  return [...resources, ...outputs].sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** Digest of what would change: one for all plans of an unchanged world. */
export const changeDigest = (entries: ChangeEntry[]): Digest => digestOfJson(entries);

/** Derives the key of the hashes: the same on every worker of an environment, of no use outside it. */
export const hashKey = (environmentSecret: string): Uint8Array =>
  createHmac('sha256', environmentSecret).update('steward: change digest').digest();

const changesSomething = ({ change, previous_address }: ResourceChange): boolean =>
  !change.actions.includes('no-op') || change.importing !== undefined || previous_address !== undefined;

function values(change: ValueChange, address: string, key: Uint8Array): Pick<ChangeEntry, 'actions' | 'before' | 'after' | 'replacePaths'> {
  const after = fill(change.after ?? null, change.after_unknown ?? false);
  return {
    actions: change.actions,
    before: mask(change.before ?? null, change.before_sensitive ?? false, address, key),
    after: mask(after, change.after_sensitive ?? false, address, key),
    replacePaths: change.replace_paths ?? [],
  };
}

/** Puts UNKNOWN where the plan says so; texts made of an output that is not known yet count as unknown too. */
function fill(value: Json, unknown: Json): Json {
  if (unknown === true || (typeof value === 'string' && holdsUnknown(value))) return UNKNOWN;
  if (Array.isArray(value) || Array.isArray(unknown)) {
    const items = Array.isArray(value) ? value : [];
    const marks = Array.isArray(unknown) ? unknown : [];
    return Array.from({ length: Math.max(items.length, marks.length) }, (_, at) => fill(items[at] ?? null, marks[at] ?? false));
  }
  if (isObject(value) || isObject(unknown)) {
    const known = isObject(value) ? value : {};
    const marks = isObject(unknown) ? unknown : {};
    if (!isObject(value) && Object.keys(marks).length === 0) return value;
    const names = [...new Set([...Object.keys(known), ...Object.keys(marks)])];
    return Object.fromEntries(names.map((name) => [name, fill(known[name] ?? null, marks[name] ?? false)]));
  }
  return value;
}

function mask(value: Json, sensitive: Json, place: string, key: Uint8Array): Json {
  if (sensitive === true) return isUnknown(value) ? UNKNOWN : { '': 'sensitive', hash: keyedHash(value, place, key) };
  if (Array.isArray(value) && Array.isArray(sensitive)) {
    return value.map((item, at) => mask(item, sensitive[at] ?? false, `${place}/${at}`, key));
  }
  if (isObject(value) && isObject(sensitive)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, mask(item, sensitive[name] ?? false, `${place}/${name}`, key)]),
    );
  }
  return value;
}

const keyedHash = (value: Json, place: string, key: Uint8Array): string =>
  createHmac('sha256', key)
    .update(`${place}\n${canonicalize(value)}`)
    .digest('hex');

const isObject = (value: Json): value is { [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value);

/** True when some part of it stands for a value that is not known, or not to be seen. */
export const holdsMark = (value: Json): boolean =>
  Array.isArray(value) ? value.some(holdsMark) : isObject(value) && ('' in value || Object.values(value).some(holdsMark));

export const isUnknown = (value: Json): boolean => isObject(value) && value[''] === 'unknown';
