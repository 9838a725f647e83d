import type { Preview, VerbContext, VerbInput } from '../../../lifecycle/executor.js';
import { Failure } from '../../../lifecycle/failures.js';
import { digestOfJson } from '../../../descriptors/digest.js';
import { adoptedBefore, sparing } from './adopted.js';
import { reading } from './attempt.js';
import { saveBeforeImage } from './before-image.js';
import { changeDigest, type ChangeEntry } from './change-digest.js';
import type { CompleteDeps } from './deps.js';
import { presentAlready } from './orphans.js';
import { plannedChanges } from './planned-changes.js';
import { plannedOutputs } from './planned-outputs.js';
import { refuseTakenNames } from './taken-names.js';
import { taskOf, type Session, type SessionOpener } from './session.js';

/**
 * Plans against the world and the current state; holds no lock, leaves nothing behind but the before-image. Throws `SystemRefused` when
 * something that is to be created is there already.
 */
export async function preview(input: VerbInput, context: VerbContext, open: SessionOpener, deps: CompleteDeps): Promise<Preview> {
  const session = await open(input, taskOf(input));
  const unknown = session.variables.unknown.map((output) => `output ${output} of an earlier step`);
  const state = await session.state.read();
  const seen = state && { lineage: state.lineage, serial: state.serial, addresses: state.resources.map(({ address }) => address).sort() };
  const removed = input.change.to === undefined;
  if (removed && seen === undefined) {
    const digest = changeDigest([]);
    return { changes: [], unknown: [], digest, before: await saveBeforeImage({ digest, entries: [], present: {} }, deps) };
  }

  const full = await planned(session, context, removed);
  if (full === undefined) {
    const digest = digestOfJson({ unresolved: session.variables.unknown });
    const before = await saveBeforeImage({ digest, entries: [], present: {}, ...(seen ? { state: seen } : {}) }, deps);
    return { changes: [], unknown: [...unknown, `all changes of ${session.task.component.name}`], digest, before };
  }
  const entries = sparing(full, await adoptedBefore(input, deps));
  refuseTakenNames(await presentAlready(entries, session.environment.name, deps), session.environment.name);
  const digest = changeDigest(entries);
  const before = await saveBeforeImage({ digest, entries, present: {}, ...(seen ? { state: seen } : {}) }, deps);
  return { changes: plannedChanges(entries), unknown, outputs: plannedOutputs(entries), digest, before };
}

/** `undefined` when there can be no plan before earlier steps have given their outputs (a number or a list cannot be stood in for). */
async function planned(session: Session, context: VerbContext, removed: boolean): Promise<ChangeEntry[] | undefined> {
  try {
    return await reading(session, context, (terraform) => terraform.plan(removed ? { destroy: true } : {}));
  } catch (error) {
    const forWantOfOutputs = session.variables.unknown.length > 0 && error instanceof Failure && error.type === 'TerraformFailed';
    if (forWantOfOutputs) return undefined;
    throw error;
  }
}
