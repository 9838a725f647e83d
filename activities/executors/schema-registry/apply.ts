import type { ApplyInput, Outputs, VerbContext } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { ExecutorDeps } from '../deps.js';
import type { RegistryClient } from './client.js';
import { foreignChanges, isDone, phaseOf, planChange, type Action, type SubjectOutput } from './plan.js';
import { openStep, type BeforeImage } from './step.js';
import { readState, type RegistryState, type WantedChange } from './world.js';

/**
 * Does what the approved plan says for this phase and nothing else. Every effect is looked up before it is made and after an unknown
 * outcome, so a second call, a lost answer or a restart ends the same.
 * Outputs: by subject `{version, id, registered}`, the last being this product's ledger of versions.
 */
export async function apply(deps: ExecutorDeps, input: ApplyInput, context: VerbContext): Promise<{ outputs: Outputs }> {
  const { registry, change } = await openStep(deps, input, context);
  const image = (await deps.blobs.getJson(input.permit.before)) as BeforeImage;
  const plan = planChange(change, image.state, image.ledger ?? undefined);
  if (plan.digest !== input.permit.approved)
    throw new Failure('PlanChanged', `step ${input.scope.step}: the registry's state is not the one that was judged`);

  let state = await readState(registry, change);
  const foreign = foreignChanges(plan, image.state, state);
  if (foreign.length)
    throw new Failure('PlanChanged', `step ${input.scope.step}: the registry was changed by somebody else: ${foreign.join('; ')}`);

  for (const action of plan.actions.filter((each) => phaseOf(each) === input.permit.phase)) {
    if (isDone(action, state)) continue;
    await context.assertFence();
    context.progress(`${action.kind} ${action.subject}`);
    try {
      await perform(registry, action, change, state);
    } catch (error) {
      if (!(error instanceof Failure && error.type === 'SystemUnavailable')) throw error;
      // The answer was lost, perhaps not the effect: look before giving up.
      if (!isDone(action, await readState(registry, change))) throw error;
    }
    state = await readState(registry, change);
  }
  return { outputs: outputsOf(change, image, state) };
}

async function perform(registry: RegistryClient, action: Action, change: WantedChange, state: RegistryState): Promise<void> {
  switch (action.kind) {
    case 'set-level':
      return registry.setLevel(action.subject, action.level);
    case 'register':
      if (change.to) await registry.register(action.subject, change.to.document);
      return;
    case 'delete-version':
      return registry.softDelete(action.subject, action.version);
    case 'purge':
      return purge(registry, action.subject, state[action.subject]?.softDeleted ?? []);
  }
}

/** Soft-deleted versions go for good, newest first, then the subject's own level: nothing of the subject is left. */
export async function purge(registry: RegistryClient, subject: string, softDeleted: number[]): Promise<void> {
  for (const version of [...softDeleted].reverse()) await registry.hardDelete(subject, version);
  await registry.clearLevel(subject);
}

function outputsOf({ to }: WantedChange, image: BeforeImage, state: RegistryState): Outputs {
  if (!to) return {};
  const current = state[to.subject];
  const held = current?.live.find(({ version }) => version === current.holdsTo);
  if (!held) return {};
  const wasThere = image.state[to.subject]?.live.some(({ version }) => version === held.version) ?? false;
  const registered = new Set(image.ledger ?? []);
  if (!wasThere) registered.add(held.version);
  const output: SubjectOutput = { version: held.version, id: held.id, registered: [...registered].sort((a, b) => a - b) };
  return { [to.subject]: { ...output } };
}
