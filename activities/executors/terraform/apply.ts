import type { ApplyInput, Outputs, VerbContext } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import { acting } from './attempt.js';
import { addressesBefore, readBeforeImage, type BeforeImage } from './before-image.js';
import type { ChangeEntry } from './change-digest.js';
import type { CompleteDeps } from './deps.js';
import { planWithout, type Narrowed } from './narrow.js';
import { findOrphans, importOrphans } from './orphans.js';
import { phaseOf } from './planned-changes.js';
import { isOwnUnfinished, notApproved } from './refinement.js';
import { taskOf, type SessionOpener } from './session.js';
import type { Terraform } from './terraform.js';

/**
 * Plans again and applies that very plan, if everything in it was approved and belongs to the phase. A second attempt first brings to rest
 * what the former one left: its child, its lock, what it made but did not record.
 */
export async function apply(
  input: ApplyInput,
  context: VerbContext,
  open: SessionOpener,
  deps: CompleteDeps,
): Promise<{ outputs: Outputs }> {
  const { permit, change } = input;
  const image = await readBeforeImage(permit.before, deps);
  if (image.digest !== permit.approved)
    throw new Failure('PlanChanged', `What was approved for ${input.scope.step} is not what was previewed.`);
  const removed = change.to === undefined;
  // A removal deletes and nothing else, so all of it waits for finalise.
  if (removed && (permit.phase === 'apply' || image.entries.length === 0)) return { outputs: {} };

  const session = await open(input, taskOf(input));
  const nothingLeft = permit.phase === 'finalise' && !image.entries.some((entry) => phaseOf(entry) === 'finalise');
  if (nothingLeft) return { outputs: (await session.state.read())?.outputs ?? {} };
  return acting(session, context, async (terraform, former) => {
    if (context.attempt > 1 || former.length > 0) {
      const { orphans } = await findOrphans(session, image, deps);
      await importOrphans(terraform, orphans, context);
      await untaintOwnTopics(terraform, image, context);
    }
    const { entries } = await planPhase(terraform, image, input, context);
    const resources = entries.filter(({ kind }) => kind === 'resource').length;
    if (entries.length > 0) {
      refusePresent(entries, image);
      await context.assertFence();
      context.progress(`0 of ${resources} resources`);
      await terraform.applyPlan(resources);
    }
    const state = await session.state.read();
    if (removed && state?.resources.length === 0) await session.state.remove();
    return { outputs: state?.outputs ?? {} };
  });
}

async function planPhase(
  terraform: Terraform,
  image: BeforeImage,
  { permit, change, scope }: ApplyInput,
  context: VerbContext,
): Promise<Narrowed> {
  const existed = addressesBefore(image);
  const ownUnfinished = (entry: ChangeEntry): boolean => isOwnUnfinished(entry, image.entries, existed);
  const withheld = (entry: ChangeEntry): boolean => permit.phase === 'apply' && phaseOf(entry) === 'finalise' && !ownUnfinished(entry);
  context.progress('planning again');
  const narrowed = await planWithout(terraform, withheld, change.to === undefined ? { destroy: true } : {});
  const surplus = notApproved(narrowed.entries, image.entries, existed);
  if (surplus.length === 0) return narrowed;
  const named = surplus.map(({ address, actions }) => `${actions.join(' and ')} ${address}`);
  throw new Failure('PlanChanged', `Terraform would now do what was not approved for ${scope.step}: ${named.join(', ')}.`, {
    details: named,
  });
}

/** Our own topics that an interrupted apply marked as broken: the topic is there and can be brought to its wanted form without losing it. */
async function untaintOwnTopics(terraform: Terraform, image: BeforeImage, context: VerbContext): Promise<void> {
  const existed = addressesBefore(image);
  const tainted = (await terraform.session.state.read())?.resources.filter((each) => each.tainted && each.type === 'kafka_topic') ?? [];
  for (const { address } of tainted.filter((each) => !existed.has(each.address))) {
    await context.assertFence();
    await terraform.change(`keep ${address}`, 'untaint', '-lock-timeout=20s', address);
  }
}

function refusePresent(entries: ChangeEntry[], image: BeforeImage): void {
  const taken = entries.filter(({ address, actions }) => actions.join() === 'create' && address in image.present);
  if (taken.length === 0) return;
  const named = taken.map(({ address }) => `${image.present[address]} (${address})`).join(', ');
  throw new Failure(
    'SystemRefused',
    `Already there and not managed here: ${named}. Adopt it by an import block in the template, or choose another name.`,
  );
}
