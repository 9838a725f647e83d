import { Failure } from '../../../lifecycle/failures.js';
import type { VerbContext, VerbInput } from '../../../lifecycle/executor.js';
import type { Task } from '../../../lifecycle/task.js';
import { resolvePlaceholders } from '../../support/placeholders.js';
import type { ExecutorDeps } from '../deps.js';
import { registryOf, type RegistryClient } from './client.js';
import { ledgerOf } from './plan.js';
import { wantedSubject, type WantedSubject } from './wanted.js';
import type { RegistryState, WantedChange } from './world.js';

/** One step of an operation, ready to look and to act. */
export interface RegistryStep {
  registry: RegistryClient;
  change: WantedChange;
  /** Versions of the subject that this product registered before; `undefined` when not known. */
  ledger: number[] | undefined;
}

/** Reads the tasks and finds the registry. Throws `InvalidInput` for a task or environment that cannot work. */
export async function openStep(deps: ExecutorDeps, { scope, change, outputs }: VerbInput, { signal }: VerbContext): Promise<RegistryStep> {
  const environment = deps.environment(scope.environment);
  const wanted = async (task: Task | undefined): Promise<WantedSubject | undefined> => {
    if (!task) return undefined;
    const { value, unknown } = resolvePlaceholders(task.configurations, { environment, secret: deps.secret, outputs });
    if (unknown.length) throw new Failure('InvalidInput', `${task.id}: no value for ${unknown.join(', ')}`);
    return wantedSubject({ ...task, configurations: value as Task['configurations'] }, await deps.bundle(task.bundle));
  };
  const [from, to] = await Promise.all([wanted(change.from), wanted(change.to)]);
  const component = (change.to ?? change.from)?.component.name ?? '';
  const subject = from?.subject ?? to?.subject ?? '';
  return {
    registry: registryOf(deps, scope.environment, signal),
    change: { ...(from ? { from } : {}), ...(to ? { to } : {}) },
    ledger: ledgerOf(outputs[component], subject),
  };
}

/** What the preview saw: enough to plan the same again, to tell own effects from others', and to go back. */
export interface BeforeImage {
  state: RegistryState;
  ledger: number[] | null;
}
