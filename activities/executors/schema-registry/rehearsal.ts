import pMap from 'p-map';
import type { Rehearsable } from '../../../lifecycle/executor.js';
import { shortDigest } from '../../../lifecycle/ids.js';
import { digestOfJson } from '../../../descriptors/digest.js';
import type { LedgerDeps } from '../deps.js';
import { registryOf, type RegistryClient } from './client.js';
import { openStep } from './step.js';

/** A registry is a small server. */
const PARALLEL_READS = 4;

/** Subjects under a prefix, as the registry has them. */
export const rehearsalOf = (deps: LedgerDeps): Rehearsable => ({
  unproven: async () => undefined,

  async names(input, signal) {
    const { change } = await openStep(deps, input, { signal });
    const file = input.change.to?.template?.path;
    return change.to && !change.to.checkOnly ? [{ kind: 'subject', name: change.to.subject, ...(file !== undefined && { file }) }] : [];
  },

  async survey({ environment, prefix }, signal) {
    if (!deps.environment(environment).schemaRegistry) return {};
    const registry = registryOf(deps, environment, signal);
    const subjects = (await registry.subjects()).filter((subject) => subject.startsWith(prefix));
    const seen = await pMap(subjects, async (subject) => [`subject ${subject}`, await describe(registry, subject)] as const, {
      concurrency: PARALLEL_READS,
    });
    return Object.fromEntries(seen);
  },
});

/**
 * Versions with what they say, and the level. A version that an undo takes from a subject that stays is soft-deleted on purpose (records may
 * hold its id): nobody is offered it, so soft-deleted ones count where nothing else is left.
 */
async function describe(registry: RegistryClient, subject: string): Promise<string> {
  const live = await registry.versions(subject);
  const gone = live.length > 0 ? [] : await registry.versions(subject, 'with deleted');
  const level = await registry.level(subject);
  const versions = await pMap(
    live,
    async (number) => {
      const version = await registry.version(subject, number);
      const { schema = '', schemaType = '', references = [] } = version ?? {};
      return `version ${number} (${shortDigest(digestOfJson({ schema, schemaType, references: references as never }))})`;
    },
    { concurrency: PARALLEL_READS },
  );
  return [...versions, ...(gone.length > 0 ? [`deleted ${gone.join(' ')}`] : []), `level ${level ?? 'inherited'}`].join(', ');
}
