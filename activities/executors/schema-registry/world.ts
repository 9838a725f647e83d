import pMap from 'p-map';
import type { RegistryClient, RegisteredVersion } from './client.js';
import type { WantedSubject } from './wanted.js';

/** Tells whether this product registered a version. */
export type Ownership = (version: RegisteredVersion) => Promise<boolean>;

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
  /** Those of them that this product did not register; looked up where a removal would have to know. */
  foreignDeleted?: number[];
  /** Live version that holds the schema wanted by the version that the change leads to. */
  holdsTo?: number;
  /** Live versions that this product registered. */
  own: number[];
}

/** By subject: one, or two when the change moves from one subject to another. */
export type RegistryState = { [subject: string]: SubjectState };

export interface WantedChange {
  from?: WantedSubject;
  to?: WantedSubject;
  /** What the ledger says of the level of the subject that is left: made here, or what it was before. Left out = it says nothing. */
  levelBefore?: 'none' | { level: string };
}

/** Reads all that a change could touch. */
export async function readState(registry: RegistryClient, { from, to }: WantedChange, isOwn: Ownership): Promise<RegistryState> {
  const left = from && from.subject !== to?.subject ? from.subject : undefined;
  const subjects = new Set([from?.subject, to?.subject].filter((subject) => subject !== undefined));
  const states = await pMap(subjects, (subject) => readSubject(registry, subject, to, isOwn, left), { concurrency: 2 });
  return Object.fromEntries(states.map((state) => [state.subject, state]));
}

async function readSubject(
  registry: RegistryClient,
  subject: string,
  to: WantedSubject | undefined,
  isOwn: Ownership,
  left: string | undefined,
): Promise<SubjectState> {
  const [numbers, all, level] = await Promise.all([
    registry.versions(subject),
    registry.versions(subject, 'with deleted'),
    registry.level(subject),
  ]);
  const read = await pMap(numbers, (number) => registry.version(subject, number), { concurrency: PARALLEL_READS });
  const live = read.filter((version) => version !== undefined);
  const own = await pMap(live, async (version) => ((await isOwn(version)) ? version.version : 0), { concurrency: PARALLEL_READS });
  const held = to?.subject === subject && live.length > 0 ? await registry.lookup(subject, to.document) : undefined;
  const softDeleted = all.filter((number) => !numbers.includes(number));
  const foreign =
    subject === left
      ? await pMap(softDeleted, (number) => isForeign(registry, subject, number, isOwn), { concurrency: PARALLEL_READS })
      : [];
  const foreignDeleted = softDeleted.filter((_, at) => foreign[at]);
  return {
    subject,
    ...(level === undefined ? {} : { level }),
    live,
    softDeleted,
    ...(foreignDeleted.length > 0 ? { foreignDeleted } : {}),
    ...(held === undefined ? {} : { holdsTo: held.version }),
    own: own.filter((version) => version > 0),
  };
}

/** A soft-deleted version that this product did not register. One that is gone for good by now is nobody's. */
async function isForeign(registry: RegistryClient, subject: string, number: number, isOwn: Ownership): Promise<boolean> {
  const version = await registry.version(subject, number, 'with deleted');
  return version !== undefined && !(await isOwn(version));
}

/** The live version that holds the schema wanted by the version that the change leads to. */
export function heldVersion({ to }: WantedChange, state: RegistryState): RegisteredVersion | undefined {
  const current = to && state[to.subject];
  return current?.live.find(({ version }) => version === current.holdsTo);
}
