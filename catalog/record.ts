import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../lifecycle/failures.js';
import { canonicalJson } from './digest.js';
import type { ObjectStore } from './object-store.js';

/** One writer wins each round, so this many parallel writers of one record all get through; real contention is two or three. */
const MAX_TRIES = 100;
/** Longest random pause between tries, in milliseconds: about five times what a conditional write takes. */
const MAX_PAUSE_MS = 50;
/** A store that answers reads but never writes is down for our purpose: the caller's retry takes over. */
const MAX_UNKNOWN = 5;
/** Writes remembered beside a record. A writer with an unknown outcome finds its own among them unless as many others came in between. */
const TRAIL_LENGTH = 32;

export interface Stored<T> {
  record: T;
  etag: string;
}

interface Read<T> extends Stored<T> {
  /** Ids of the newest writes, newest first. */
  trail: string[];
}

/** Reads JSON that the catalog wrote; damaged content is a failure, never "nothing recorded". */
export function parseStored<T>(store: ObjectStore, key: string, bytes: Uint8Array): T {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as T;
  } catch (cause) {
    throw new Failure(
      'SystemRefused',
      `${store.name}: ${key} in ${store.bucket} is not valid JSON. Restore it from an earlier version of the object.`,
      { cause },
    );
  }
}

/** Reads one record with the etag to swap it by. */
export async function readRecord<T>(store: ObjectStore, key: string): Promise<Read<T> | undefined> {
  const found = await store.get(key);
  if (found === undefined) return undefined;
  const trail = (found.metadata['writes'] ?? '').split(',').filter((id) => id !== '');
  return { record: parseStored<T>(store, key, found.bytes), etag: found.etag, trail };
}

/**
 * Changes one record by compare-and-swap and returns what it then was.
 *
 * `change` gets the record as it is (undefined: absent) and returns the new one; undefined, or an equal one, writes nothing. On a lost race
 * it is called again with what is there then, so it must decide from its argument alone; what it throws goes to the caller.
 *
 * A write whose outcome is unknown (time-out or cut connection after the effect) is looked up: each write leaves an id in a short trail
 * beside the record, so that a writer knows its own write even when others have written over it, and equal content of two writers is
 * never taken for one write. Throws RecordChanged after too many lost races, SystemUnavailable when the store stays silent.
 */
export async function changeRecord<T>(store: ObjectStore, key: string, change: (current: T | undefined) => T | undefined): Promise<T> {
  /** Writes of ours of which no answer came. */
  const unknown = new Map<string, T>();
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const current = await readRecord<T>(store, key);
    const mine = current?.trail.find((id) => unknown.has(id));
    if (mine !== undefined) return unknown.get(mine) as T;

    const next = change(current === undefined ? undefined : structuredClone(current.record));
    if (next === undefined) return kept(store, key, current);
    const bytes = canonicalJson(next);
    if (current !== undefined && Buffer.from(canonicalJson(current.record)).equals(bytes)) return current.record;

    const id = randomBytes(9).toString('base64url');
    const writes = [id, ...(current?.trail ?? [])].slice(0, TRAIL_LENGTH).join(',');
    try {
      if (await store.swap(key, bytes, current?.etag, { writes })) return next;
    } catch (error) {
      if (!(error instanceof Failure && error.type === 'SystemUnavailable')) throw error;
      if (unknown.size >= MAX_UNKNOWN) throw error;
      unknown.set(id, next);
    }
    await pause(Math.random() * Math.min(MAX_PAUSE_MS, attempt * 5));
  }
  throw new Failure('RecordChanged', `${key} was changed by others ${MAX_TRIES} times while this change was tried.`);
}

function kept<T>(store: ObjectStore, key: string, current: Read<T> | undefined): T {
  if (current === undefined) throw new Failure('NotFound', `${store.name}: there is no ${key} to change.`);
  return current.record;
}
