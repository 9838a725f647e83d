import pMap from 'p-map';
import type { RegistryClient, RegisteredVersion } from './client.js';
import type { WantedSubject } from './wanted.js';

/** A registry is a small server: a subject with hundreds of versions must not flood it. */
const PARALLEL_READS = 4;

/** What the registry holds of one subject. */
export interface SubjectState {
  subject: string;
  /** The subject's own level; left out when it inherits. */
  level?: string;
  /** Ascending, with their schemas, so that a removal can be taken back. */
  live: RegisteredVersion[];
  /** Version numbers that are soft-deleted: not offered any more, still resolvable by id. */
  softDeleted: number[];
  /** Live version that holds the schema wanted by the version that the change leads to. */
  holdsTo?: number;
  /** Live version that holds the schema of the version that the change leaves. */
  holdsFrom?: number;
}

/** By subject: one, or two when the change moves from one subject to another. */
export type RegistryState = { [subject: string]: SubjectState };

export interface WantedChange {
  from?: WantedSubject;
  to?: WantedSubject;
}

/** Reads all that a change could touch. */
export async function readState(registry: RegistryClient, { from, to }: WantedChange): Promise<RegistryState> {
  const subjects = new Set([from?.subject, to?.subject].filter((subject) => subject !== undefined));
  const states = await pMap(subjects, (subject) => readSubject(registry, subject, { from, to }), { concurrency: 2 });
  return Object.fromEntries(states.map((state) => [state.subject, state]));
}

async function readSubject(registry: RegistryClient, subject: string, { from, to }: WantedChange): Promise<SubjectState> {
  const [numbers, all, level] = await Promise.all([
    registry.versions(subject),
    registry.versions(subject, 'with deleted'),
    registry.level(subject),
  ]);
  const read = await pMap(numbers, (number) => registry.version(subject, number), { concurrency: PARALLEL_READS });
  const live = read.filter((version) => version !== undefined);
  const holds = async (wanted?: WantedSubject): Promise<number | undefined> =>
    wanted?.subject === subject && live.length > 0 ? (await registry.lookup(subject, wanted.document))?.version : undefined;
  const [holdsTo, holdsFrom] = await Promise.all([holds(to), holds(from)]);
  return {
    subject,
    ...(level === undefined ? {} : { level }),
    live,
    softDeleted: all.filter((number) => !numbers.includes(number)),
    ...(holdsTo === undefined ? {} : { holdsTo }),
    ...(holdsFrom === undefined ? {} : { holdsFrom }),
  };
}
