import type { Remainder, RevertInput, VerbContext } from '../../../lifecycle/executor.js';
import { addressesBefore, type BeforeImage } from './before-image.js';
import type { CompleteDeps } from './deps.js';
import { planTargets } from './narrow.js';
import { keptForRecords } from './records-guard.js';
import type { Terraform } from './terraform.js';

/** Destroys what this run created, and only that: what was adopted has left the state before, topics with records stay and are named. */
export async function destroyOwn(
  terraform: Terraform,
  image: BeforeImage,
  input: RevertInput,
  context: VerbContext,
  deps: CompleteDeps,
): Promise<Remainder[]> {
  const { session } = terraform;
  const before = addressesBefore(image);
  const own = ((await session.state.read())?.resources ?? []).filter(({ address }) => !before.has(address));

  const remains = await keptForRecords(own, session.environment.name, input, deps);
  const kept = new Set(remains.map(({ address }) => address));
  const targets = own.map(({ address }) => address).filter((address) => !kept.has(address));

  // Destroying a thing destroys what depends on it: such a thing stays as long as something that must stay needs it.
  const { entries, left } = await planTargets(
    terraform,
    ({ kind, address }) => kind === 'resource' && !targets.includes(address),
    targets,
    { destroy: true },
  );
  if (entries.length > 0) {
    await context.assertFence();
    await terraform.applyPlan(entries.length);
  }
  const state = await session.state.read();
  if (!image.state && (state?.resources ?? []).length === 0) await session.state.remove();
  return [
    ...remains,
    ...left.map((address) => ({
      address,
      reason: 'something that stays depends on it',
      action: 'Remove it together with what depends on it.',
    })),
  ];
}
