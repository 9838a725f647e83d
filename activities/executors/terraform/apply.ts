import type { ApplyInput, Outputs, VerbContext } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import { adoptedBefore, destroys, type Adopted } from './adopted.js';
import { acting } from './attempt.js';
import { addressesBefore, readBeforeImage, type BeforeImage } from './before-image.js';
import { hasBegun, noteBegun, noteTaken } from './begun.js';
import type { ChangeEntry } from './change-digest.js';
import type { CompleteDeps } from './deps.js';
import { planWithout, type Narrowed } from './narrow.js';
import { giveBack } from './give-back.js';
import { findOwnOrphans, importOrphans, presentAlready } from './orphans.js';
import { phaseOf } from './planned-changes.js';
import { isOwnUnfinished, notApproved } from './refinement.js';
import { taskOf, type SessionOpener } from './session.js';
import { refuseTakenNames } from './taken-names.js';
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

  const adopted = await adoptedBefore(input, deps);
  if (permit.phase === 'finalise' && change.from) await letGo(input, image, adopted, context, open);
  const session = await open(input, taskOf(input));
  const nothingLeft = permit.phase === 'finalise' && !image.entries.some((entry) => phaseOf(entry) === 'finalise');
  if (nothingLeft) return { outputs: (await session.state.read())?.outputs ?? {} };
  return acting(session, context, async (terraform, former) => {
    // Whoever began it, on whichever machine: what it left is looked for before anything is planned.
    const begun = former.length > 0 || (await hasBegun(deps, permit.key));
    if (begun || context.attempt > 1) {
      const { orphans } = await findOwnOrphans(session, image, permit.key, former, deps);
      await importOrphans(terraform, orphans, context);
      await untaintOwnTopics(terraform, image, context);
    }
    const { entries } = await planPhase(terraform, image, adopted, input, context);
    const resources = entries.filter(({ kind }) => kind === 'resource').length;
    if (entries.length > 0) {
      // What is there although nothing has been begun came between the preview and now, and not from here.
      if (!begun) refuseTakenNames(await presentAlready(entries, session.environment.name, deps), session.environment.name);
      await context.assertFence();
      await noteBegun(deps, permit.key);
      context.progress(`0 of ${resources} resources`);
      await terraform.applyPlan(resources).catch((error: unknown) => noteTakenOnTheWay(error, entries, permit.key, deps));
    }
    const state = await session.state.read();
    if (removed && state?.resources.length === 0) await session.state.remove();
    return { outputs: state?.outputs ?? {} };
  });
}

/** Gives back what the former version had adopted and the new one, or no one, has any more. */
async function letGo(input: ApplyInput, image: BeforeImage, adopted: Adopted, context: VerbContext, open: SessionOpener): Promise<void> {
  const things = image.entries
    .filter(({ address, actions }) => actions.join() === 'forget' && adopted.has(address))
    .map(({ address, type, before, after }) => ({ address, type, now: before, was: after }));
  if (things.length === 0) return;
  const session = await open(input, input.change.from!);
  const remains = await acting(session, context, (terraform) => giveBack(terraform, things, context, 'stays'));
  if (remains.length === 0) return;
  const named = remains.map(({ address, reason }) => `${address}: ${reason}`).join('; ');
  throw new Failure('SystemRefused', `What was adopted cannot be given back: ${named}`, { details: remains });
}

/** Somebody may make a thing in the moment between the look and the creation: the refusal says so, and that it is not ours. */
async function noteTakenOnTheWay(error: unknown, entries: ChangeEntry[], key: string, deps: CompleteDeps): Promise<never> {
  const said = error instanceof Failure && Array.isArray(error.details) ? error.details.map(String) : [];
  const created = entries.filter(({ actions }) => actions.join() === 'create');
  for (const { address } of created)
    if (said.some((text) => text.startsWith(`${address}: `) && /already exists/i.test(text))) await noteTaken(deps, key, address);
  throw error;
}

async function planPhase(
  terraform: Terraform,
  image: BeforeImage,
  adopted: Adopted,
  { permit, change, scope }: ApplyInput,
  context: VerbContext,
): Promise<Narrowed> {
  const existed = addressesBefore(image);
  const ownUnfinished = (entry: ChangeEntry): boolean => isOwnUnfinished(entry, image.entries, existed);
  const withheld = (entry: ChangeEntry): boolean =>
    destroys(entry, adopted) || (permit.phase === 'apply' && phaseOf(entry) === 'finalise' && !ownUnfinished(entry));
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
