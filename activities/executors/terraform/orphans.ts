import type { VerbContext } from '../../../lifecycle/executor.js';
import type { BeforeImage } from './before-image.js';
import type { ChangeEntry } from './change-digest.js';
import { hasBegun, isTaken } from './begun.js';
import type { CompleteDeps } from './deps.js';
import { importId } from './import-ids.js';
import type { Session } from './session.js';
import type { Terraform } from './terraform.js';

/** A thing that this run was to create and that is in no state: a kill can have left it in the world. */
export interface Orphan {
  type: string;
  address: string;
  id: string;
}

/**
 * Compares the approved creates with state and world. `orphans`: topics that are in the world, and things of other importable types,
 * which only an import can look for. `unknown`: nothing can be told of this type.
 */
export async function findOrphans(
  { state, environment }: Session,
  image: BeforeImage,
  deps: Pick<CompleteDeps, 'topicRecords'>,
): Promise<{ orphans: Orphan[]; unknown: ChangeEntry[] }> {
  const inState = new Set((await state.read())?.resources.map(({ address }) => address));
  const created = image.entries.filter(
    ({ kind, actions, address, importing }) =>
      kind === 'resource' && actions.join() === 'create' && importing === undefined && !inState.has(address) && !(address in image.present),
  );
  const candidates: Orphan[] = [];
  const unknown: ChangeEntry[] = [];
  for (const entry of created) {
    const found = importId(entry.type, entry.after);
    if (found === 'state-only') continue;
    if (found === 'unknown') unknown.push(entry);
    else candidates.push({ type: entry.type, address: entry.address, id: found.id });
  }
  const topics = await existingTopics(candidates, environment.name, deps);
  const orphans = candidates.filter(({ type, id }) => type !== 'kafka_topic' || topics.has(id));
  return { orphans, unknown };
}

/** The same, of what this taking of the step may have made: what was there when it tried, or when it never began, is another's. */
export async function findOwnOrphans(
  session: Session,
  image: BeforeImage,
  key: string,
  left: unknown[],
  deps: CompleteDeps,
): Promise<{ orphans: Orphan[]; unknown: ChangeEntry[] }> {
  // What an attempt left on this machine is as good as the note: a worker of before there were notes may have made it.
  if (left.length === 0 && !(await hasBegun(deps, key))) return { orphans: [], unknown: [] };
  const found = await findOrphans(session, image, deps);
  const own = await Promise.all(found.orphans.map(async (orphan) => ((await isTaken(deps, key, orphan.address)) ? [] : [orphan])));
  return { ...found, orphans: own.flat() };
}

/** Takes them into the state; returns those that were there. */
export async function importOrphans(terraform: Terraform, orphans: Orphan[], context: VerbContext): Promise<Orphan[]> {
  const imported: Orphan[] = [];
  for (const orphan of orphans) {
    await context.assertFence();
    context.progress(`taking ${orphan.address} into the state`);
    if (await terraform.import(orphan.address, orphan.id)) imported.push(orphan);
  }
  return imported;
}

/** Which of the things to be created are in the world already: address → id. Only for types that can be looked up. */
export async function presentAlready(
  entries: ChangeEntry[],
  environment: string,
  deps: Pick<CompleteDeps, 'topicRecords'>,
): Promise<{ [address: string]: string }> {
  const created = entries.flatMap(({ type, address, actions, after, importing }) => {
    const found = actions.join() === 'create' && importing === undefined ? importId(type, after) : 'unknown';
    return typeof found === 'object' ? [{ type, address, id: found.id }] : [];
  });
  const topics = await existingTopics(created, environment, deps);
  return Object.fromEntries(created.filter(({ id }) => topics.has(id)).map(({ address, id }) => [address, id]));
}

async function existingTopics(
  candidates: { type: string; id: string }[],
  environment: string,
  { topicRecords }: Pick<CompleteDeps, 'topicRecords'>,
): Promise<ReadonlySet<string>> {
  const topics = candidates.filter(({ type }) => type === 'kafka_topic').map(({ id }) => id);
  return topics.length === 0 ? new Set() : new Set((await topicRecords(environment, topics)).keys());
}
