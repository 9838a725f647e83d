import type { VerbContext, VerbInput } from '../../../lifecycle/executor.js';
import type { Task } from '../../../lifecycle/task.js';
import { resolvePlaceholders } from '../../support/placeholders.js';
import type { LedgerDeps } from '../deps.js';
import { registryOf, type RegisteredVersion, type RegistryClient } from './client.js';
import { wantedSubject, type WantedSubject } from './wanted.js';
import { readState, type RegistryState, type WantedChange } from './world.js';

/** One step of an operation, ready to look and to act. */
export interface RegistryStep {
  registry: RegistryClient;
  change: WantedChange;
  /** Outputs of earlier steps that the tasks name and nobody has given yet: nothing can be looked up before. */
  unknown: string[];
  /** What the registry holds now of the subjects concerned. */
  look(): Promise<RegistryState>;
  /** Notes a version as this product's own: a later removal takes it away. */
  claim(version: RegisteredVersion): Promise<void>;
}

/** Reads the tasks and finds the registry. Throws `InvalidInput` for a task or environment that cannot work. */
export async function openStep(
  deps: LedgerDeps,
  { scope, change, outputs }: VerbInput,
  { signal }: Pick<VerbContext, 'signal'>,
): Promise<RegistryStep> {
  const environment = deps.environment(scope.environment);
  const missing = new Set<string>();
  const wanted = async (task: Task | undefined): Promise<WantedSubject | undefined> => {
    if (!task) return undefined;
    const { value, unknown } = resolvePlaceholders(task.configurations, { environment, secret: deps.secret, outputs });
    for (const output of unknown) missing.add(output);
    return wantedSubject({ ...task, configurations: value as Task['configurations'] }, await deps.bundle(task.bundle));
  };
  const [from, to] = await Promise.all([wanted(change.from), wanted(change.to)]);
  const registry = registryOf(deps, scope.environment, signal);
  const wish: WantedChange = { ...(from ? { from } : {}), ...(to ? { to } : {}) };
  // The id is part of the key: after a subject was purged its numbers start again, ids do not.
  const ledgerKey = ({ subject, version, id }: RegisteredVersion): string =>
    `schema-registry/${scope.environment}/${scope.fqn}/${subject}/${version}/${id}`;
  return {
    registry,
    change: wish,
    unknown: [...missing].sort(),
    look: () => readState(registry, wish, async (version) => (await deps.results.get(ledgerKey(version))) !== undefined),
    claim: async (version) => {
      await deps.results.put(ledgerKey(version), { step: scope.step, version: scope.version });
    },
  };
}
