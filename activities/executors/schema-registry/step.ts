import type { VerbContext, VerbInput } from '../../../lifecycle/executor.js';
import type { Task } from '../../../lifecycle/task.js';
import { resolvePlaceholders } from '../../support/placeholders.js';
import type { LedgerDeps } from '../deps.js';
import { registryOf, type RegisteredVersion, type RegistryClient } from './client.js';
import { levelAddress } from './plan.js';
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
  /** Notes that this taking of the step (`key`) registers: until then a version that holds its schema is somebody else's. */
  noteBegun(key: string): Promise<void>;
  hasBegun(key: string): Promise<boolean>;
}

/** Reads the tasks and finds the registry. Throws `InvalidInput` for a task or environment that cannot work. */
export async function openStep(deps: LedgerDeps, input: VerbInput, { signal }: Pick<VerbContext, 'signal'>): Promise<RegistryStep> {
  const { scope, change, outputs, former = outputs } = input;
  const environment = deps.environment(scope.environment);
  const missing = new Set<string>();
  const wanted = async (task: Task | undefined, given: VerbInput['outputs']): Promise<WantedSubject | undefined> => {
    if (!task) return undefined;
    const { value, unknown } = resolvePlaceholders(task.configurations, { environment, secret: deps.secret, outputs: given });
    for (const output of unknown) missing.add(output);
    return wantedSubject({ ...task, configurations: value as Task['configurations'] }, await deps.bundle(task.bundle));
  };
  const [from, to] = await Promise.all([wanted(change.from, former), wanted(change.to, outputs)]);
  const registry = registryOf(deps, scope.environment, signal);
  const levelBefore = from && (await levelInLedger(from.subject, input, deps));
  const wish: WantedChange = { ...(from ? { from } : {}), ...(to ? { to } : {}), ...(levelBefore ? { levelBefore } : {}) };
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
    noteBegun: async (key) => {
      await deps.results.put(begunKey(key), true);
    },
    hasBegun: async (key) => (await deps.results.get(begunKey(key))) !== undefined,
  };
}

const begunKey = (key: string): string => `schema-registry/begun/${key}`;

/** What the level of a subject was before this product set it. */
async function levelInLedger(
  subject: string,
  { owned = [] }: VerbInput,
  { blobs }: Pick<LedgerDeps, 'blobs'>,
): Promise<WantedChange['levelBefore']> {
  const entry = owned.find(({ address }) => address === levelAddress(subject));
  if (!entry) return undefined;
  const level = entry.before && ((await blobs.getJson(entry.before)) as RegistryState)[subject]?.level;
  return level ? { level } : 'none';
}
