import type { VerbContext } from '../../../lifecycle/executor.js';
import type { BeforeImage } from './before-image.js';
import type { ChangeEntry } from './change-digest.js';
import type { TerraformDeps } from './deps.js';
import { importId } from './import-ids.js';
import type { Session } from './session.js';
import type { Terraform } from './terraform.js';

/** A thing that this run was to create and that is in no state: a kill can have left it in the world. */
export interface Orphan {
  address: string;
  id: string;
}

/**
 * Compares the approved creates with state and world. `orphans`: in the world or perhaps so (without the means to look), in no state,
 * absent before. `unknown`: nothing can be told of this type.
 */
export async function findOrphans(
  { state, environment }: Session,
  image: BeforeImage,
  deps: Pick<TerraformDeps, 'topicRecords'>,
): Promise<{ orphans: Orphan[]; unknown: ChangeEntry[] }> {
  const inState = new Set((await state.read())?.resources.map(({ address }) => address));
  const created = image.entries.filter(
    ({ kind, actions, address, importing }) =>
      kind === 'resource' && actions.join() === 'create' && importing === undefined && !inState.has(address) && !(address in image.present),
  );
  const orphans: Orphan[] = [];
  const unknown: ChangeEntry[] = [];
  for (const entry of created) {
    const found = importId(entry.type, entry.after);
    if (found === 'state-only') continue;
    if (found === 'unknown') unknown.push(entry);
    else if (await mayExist(entry.type, found.id, environment.name, deps)) orphans.push({ address: entry.address, id: found.id });
  }
  return { orphans, unknown };
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
  { topicRecords }: Pick<TerraformDeps, 'topicRecords'>,
): Promise<{ [address: string]: string }> {
  const present: { [address: string]: string } = {};
  for (const { type, address, actions, after, importing } of entries) {
    if (type !== 'kafka_topic' || actions.join() !== 'create' || importing !== undefined || !topicRecords) continue;
    const found = importId(type, after);
    if (typeof found === 'object' && (await topicRecords(environment, found.id)) !== undefined) present[address] = found.id;
  }
  return present;
}

async function mayExist(
  type: string,
  id: string,
  environment: string,
  { topicRecords }: Pick<TerraformDeps, 'topicRecords'>,
): Promise<boolean> {
  if (type !== 'kafka_topic' || !topicRecords) return true;
  return (await topicRecords(environment, id)) !== undefined;
}
