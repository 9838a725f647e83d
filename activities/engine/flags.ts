import type { FlagFact } from '../../policies/index.js';
import type { FlagRecord, InstanceRecord } from '../../lifecycle/records.js';
import { REGISTRY } from '../../lifecycle/ids.js';
import type { EngineDeps } from './deps.js';

/** What stands in a place although its exception has run out; ordered, so that the same facts have the same findings. */
export async function flagsIn(deps: Pick<EngineDeps, 'catalog'>, line: string, environment: string): Promise<FlagFact[]> {
  const flags = await flagsThatCount(deps, line, environment);
  return flags
    .map(({ rule, pointer, message, expiredAt, blocking, grantedBy }) => ({ rule, pointer, message, expiredAt, blocking, grantedBy }))
    .sort((a, b) => (`${a.rule} ${a.pointer}` < `${b.rule} ${b.pointer}` ? -1 : 1));
}

/** A flag counts while what it is about still runs (or is registered) and nobody has granted the exception anew. */
export async function flagsThatCount({ catalog }: Pick<EngineDeps, 'catalog'>, line: string, environment: string): Promise<FlagRecord[]> {
  const flags = await catalog.flags.list(line, environment);
  if (flags.length === 0) return [];
  const [now, decisions, bundles] = [
    new Date().toISOString(),
    await catalog.exceptions.list(line, environment),
    await bundlesIn({ catalog }, line, environment),
  ];
  const granted = new Set(
    decisions.filter(({ decision, expiresAt = now }) => decision === 'granted' && expiresAt > now).map(({ digest }) => digest),
  );
  return flags.filter(({ bundle, exception }) => bundles.has(bundle) && !granted.has(exception));
}

/** Whether this very version runs in the environment, or is registered. */
export const isThere = async (deps: Pick<EngineDeps, 'catalog'>, line: string, environment: string, bundle: string): Promise<boolean> =>
  (await bundlesIn(deps, line, environment)).has(bundle);

/** Digests of what runs in an environment, or of what is registered. */
async function bundlesIn({ catalog }: Pick<EngineDeps, 'catalog'>, line: string, environment: string): Promise<ReadonlySet<string>> {
  if (environment === REGISTRY) {
    const versions = Object.values((await catalog.products.read(line))?.record.versions ?? {});
    return new Set(versions.filter(({ state }) => state === 'registered' || state === 'deprecated').map(({ bundle }) => bundle));
  }
  const instances = Object.values((await catalog.environments.read(line, environment))?.record.instances ?? {});
  return new Set(instances.filter(isRunning).map(({ bundle }) => bundle));
}

const isRunning = ({ state }: InstanceRecord): boolean => state !== 'retired';
