import type { Remainder, RevertInput, VerbContext } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { LedgerDeps } from '../deps.js';
import type { RegistryClient } from './client.js';
import { planChange, type RegistryPlan } from './plan.js';
import { openStep, type RegistryStep } from './step.js';
import type { RegistryState, SubjectState } from './world.js';

/**
 * Back to the before-image: the version that this run registered goes (for good only where the subject did not exist before, else
 * softly, because records may hold its id), deleted versions come back, the level is as it was. Versions that others registered and
 * levels that they set meanwhile stay: they are theirs, and no remainder of this run.
 */
export async function revert(deps: LedgerDeps, input: RevertInput, context: VerbContext): Promise<{ remains: Remainder[] }> {
  const step = await openStep(deps, input, context);
  const { registry, change, look } = step;
  const before = (await deps.blobs.getJson(input.before)) as RegistryState;
  const plan = planChange(change, before);
  const now = await look();
  const remains: Remainder[] = [];

  for (const was of Object.values(before)) {
    const is = now[was.subject];
    if (!is) continue;
    await takeBackRegistration(step, plan, was, is, input.key, context);
    remains.push(...(await bringBackDeleted(step, plan, was, is, context)));
    await takeBackLevel(registry, plan, was, context);
  }
  return { remains };
}

async function takeBackRegistration(
  { registry, claim, hasBegun }: RegistryStep,
  plan: RegistryPlan,
  was: SubjectState,
  is: SubjectState,
  key: string,
  context: VerbContext,
): Promise<void> {
  if (!plan.actions.some(({ kind, subject }) => kind === 'register' && subject === was.subject)) return;
  const held = is.live.find(({ version }) => version === is.holdsTo);
  // Somebody else may have registered the very same schema before this run came to it.
  const own = held && (is.own.includes(held.version) || (await hasBegun(key))) ? held.version : undefined;
  if (held && own !== undefined) {
    await claim(held);
    await context.assertFence();
    await registry.softDelete(was.subject, own);
  }
  const wasAbsent = was.live.length === 0 && was.softDeleted.length === 0;
  const others = is.live.filter(({ version }) => version !== own);
  if (!wasAbsent || others.length || (own === undefined && is.softDeleted.length === 0)) return;
  await context.assertFence();
  await registry.dropSubject(was.subject);
}

/** Registered again in their order, under the level they were registered under: same schema, another version number. */
async function bringBackDeleted(
  { registry, claim }: RegistryStep,
  plan: RegistryPlan,
  was: SubjectState,
  is: SubjectState,
  context: VerbContext,
): Promise<Remainder[]> {
  const deleted = new Set(
    plan.actions.flatMap((action) => (action.kind === 'delete-version' && action.subject === was.subject ? [action.version] : [])),
  );
  const remains: Remainder[] = [];
  for (const version of was.live.filter((each) => deleted.has(each.version))) {
    if (is.live.some((each) => each.version === version.version)) continue;
    if (await registry.lookup(was.subject, version)) continue;
    await context.assertFence();
    if (was.level) await registry.setLevel(was.subject, was.level);
    try {
      await registry.register(was.subject, { schema: version.schema, schemaType: version.schemaType, references: version.references });
      const again = await registry.lookup(was.subject, version);
      if (again && was.own.includes(version.version)) await claim(again);
    } catch (error) {
      if (!(error instanceof Failure) || error.retry) throw error;
      remains.push({
        address: `subject ${was.subject} version ${version.version}`,
        reason: error.message,
        action: 'Register the schema of this version by hand; it is in the before-image of the step.',
      });
    }
  }
  return remains;
}

async function takeBackLevel(registry: RegistryClient, plan: RegistryPlan, was: SubjectState, context: VerbContext): Promise<void> {
  const set = plan.actions.find((action) => action.kind === 'set-level' && action.subject === was.subject);
  const level = await registry.level(was.subject);
  const ours = set?.kind === 'set-level' && level === set.level;
  const given = plan.actions.find(({ kind, subject }) => (kind === 'purge' || kind === 'give-back-level') && subject === was.subject);
  const purged = (given?.kind === 'purge' || given?.kind === 'give-back-level') && level === given.level;
  if (level === was.level || !(ours || purged)) return;
  await context.assertFence();
  await (was.level === undefined ? registry.clearLevel(was.subject) : registry.setLevel(was.subject, was.level));
}
