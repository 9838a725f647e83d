import type { Applied, ApplyInput, VerbContext } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import { pageOf } from '../../support/page.js';
import type { LedgerDeps } from '../deps.js';
import type { RegistryClient } from './client.js';
import { foreignChanges, isDone, phaseOf, planChange, type Action } from './plan.js';
import { openStep } from './step.js';
import { heldVersion } from './world.js';
import type { RegistryState, WantedChange } from './world.js';

/**
 * Does what the approved plan says for this phase and nothing else. Every effect is looked up before it is made and after an unknown
 * outcome, so a second call, a lost answer or a restart ends the same.
 * Outputs: by subject `{version, id}`.
 */
export async function apply(deps: LedgerDeps, input: ApplyInput, context: VerbContext): Promise<Applied> {
  const { registry, change, look, claim, noteBegun, hasBegun, unknown } = await openStep(deps, input, context);
  if (unknown.length) throw new Failure('InvalidInput', `step ${input.scope.step}: no step has given ${unknown.join(', ')}`);
  const before = (await deps.blobs.getJson(input.permit.before)) as RegistryState;
  const plan = planChange(change, before);
  if (plan.digest !== input.permit.approved)
    throw new Failure('PlanChanged', `step ${input.scope.step}: the registry's state is not the one that was judged`);

  let state = await look();
  const foreign = foreignChanges(plan, before, state);
  if (foreign.length)
    throw new Failure('PlanChanged', `step ${input.scope.step}: the registry was changed by somebody else: ${foreign.join('; ')}`);

  for (const action of plan.actions.filter((each) => phaseOf(each) === input.permit.phase)) {
    if (isDone(action, state)) continue;
    await context.assertFence();
    context.progress(`${action.kind} ${action.subject}`);
    if (action.kind === 'register') await noteBegun(input.permit.key);
    try {
      await perform(registry, action, change);
    } catch (error) {
      if (!(error instanceof Failure && error.type === 'SystemUnavailable')) throw error;
      // The answer was lost, perhaps not the effect: look before giving up.
      if (!isDone(action, await look())) throw error;
    }
    state = await look();
  }
  const held = heldVersion(change, state);
  if (!held) return { outputs: {} };
  const wasThere = before[held.subject]?.live.some(({ version }) => version === held.version) ?? false;
  // What somebody else registered between the preview and this is theirs.
  if (!wasThere && (await hasBegun(input.permit.key))) await claim(held);
  const { schemaRegistry } = deps.environment(input.scope.environment);
  const path = `subjects/${encodeURIComponent(held.subject)}/versions/${held.version}`;
  const pages = schemaRegistry ? [{ title: `version ${held.version}`, url: pageOf(schemaRegistry.url, path) }] : [];
  return { outputs: { [held.subject]: { version: held.version, id: held.id } }, pages };
}

async function perform(registry: RegistryClient, action: Action, change: WantedChange): Promise<void> {
  switch (action.kind) {
    case 'set-level':
      return registry.setLevel(action.subject, action.level);
    case 'register':
      if (change.to) await registry.register(action.subject, change.to.document);
      return;
    case 'delete-version':
      return registry.softDelete(action.subject, action.version);
    case 'purge':
      return purge(registry, action.subject, action.level);
    case 'give-back-level':
      return action.level ? registry.setLevel(action.subject, action.level) : registry.clearLevel(action.subject);
  }
}

/**
 * The subject goes as a whole (version by version some registries keep its name), then its own level: nothing of it is left, but for a
 * level that it had before.
 */
export async function purge(registry: RegistryClient, subject: string, level?: string): Promise<void> {
  await registry.dropSubject(subject);
  await (level ? registry.setLevel(subject, level) : registry.clearLevel(subject));
}
