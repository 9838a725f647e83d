import type { Remainder, RevertInput, VerbContext } from '../../../lifecycle/executor.js';
import { addressesBefore, type BeforeImage } from './before-image.js';
import type { ChangeEntry } from './change-digest.js';
import type { CompleteDeps } from './deps.js';
import { planWithout } from './narrow.js';
import { keptForRecords } from './records-guard.js';
import type { Terraform } from './terraform.js';

/**
 * Applies the former version's module (the terraform's) on the current state, as far as this run had touched things. Nothing that existed
 * before is deleted or replaced for the sake of an undo, and no topic with records: those are named.
 */
export async function applyFormer(
  terraform: Terraform,
  image: BeforeImage,
  input: RevertInput,
  context: VerbContext,
  deps: CompleteDeps,
): Promise<Remainder[]> {
  const { session } = terraform;
  const before = addressesBefore(image);
  const touched = new Set(
    image.entries.flatMap(({ address, previousAddress }) => [address, ...(previousAddress === undefined ? [] : [previousAddress])]),
  );
  const made = ((await session.state.read())?.resources ?? []).filter(({ address }) => !before.has(address) && touched.has(address));
  const withRecords = await keptForRecords(made, session.environment.name, input, deps);
  const kept = new Set(withRecords.map(({ address }) => address));

  const destroys = ({ actions }: ChangeEntry): boolean => actions.includes('delete');
  const impossible = (entry: ChangeEntry): boolean => destroys(entry) && before.has(entry.address);
  const withheld = (entry: ChangeEntry): boolean =>
    entry.kind === 'resource' && (!touched.has(entry.address) || impossible(entry) || (destroys(entry) && kept.has(entry.address)));

  const { full, entries, left } = await planWithout(terraform, withheld);
  if (entries.length > 0) {
    await context.assertFence();
    await terraform.applyPlan(entries.filter(({ kind }) => kind === 'resource').length);
  }
  const resources = full.filter((entry) => entry.kind === 'resource' && touched.has(entry.address));
  return [
    ...withRecords.filter(({ address }) => resources.some((entry) => entry.address === address)),
    ...resources.filter(impossible).map(({ address }) => ({
      address,
      reason: 'its former form can be had only by deleting it, with what it holds',
      action: 'Leave it as it is, or replace it by hand.',
    })),
    ...resources
      .filter((entry) => lostRecords(entry, image))
      .map(({ address }) => ({
        address,
        reason: 'it is there again, but the records it held are lost',
        action: 'Restore the records from elsewhere if they are needed.',
      })),
    ...left.map((address) => ({ address, reason: 'it depends on something that stays as it is', action: 'Bring it back by hand.' })),
  ];
}

const lostRecords = (entry: ChangeEntry, image: BeforeImage): boolean =>
  entry.type === 'kafka_topic' &&
  entry.actions.join() === 'create' &&
  image.entries.some(({ address, actions }) => address === entry.address && actions.includes('delete'));
