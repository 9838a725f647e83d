import { compare } from 'semver';
import { Failure } from '../lifecycle/failures.js';
import { majorOf } from '../lifecycle/states.js';
import { withCatalog } from './catalog.js';

/**
 * What brings a version to an environment: a deploy where nothing runs, or this very version does; else an upgrade, be it in place or beside
 * a former major. `later`: a later version of the major that runs.
 */
export const whichOperation = (
  line: string,
  version: string,
  environment: string,
): Promise<{ kind: 'deploy' | 'upgrade'; later?: string }> =>
  withCatalog(async (catalog) => {
    const found = await catalog.environments.read(line, environment);
    const instances = Object.values(found?.record.instances ?? {});
    const running = instances.filter(({ state }) => state !== 'retired').map((instance) => instance.version);
    const later = running.find((other) => majorOf(other) === majorOf(version) && compare(other, version) > 0);
    return { kind: running.length === 0 || running.includes(version) ? 'deploy' : 'upgrade', ...(later !== undefined && { later }) };
  });

/** The same for who does not go back: throws `NotAllowed` where a later version runs. Pipelines do not always end in the order in which they were started. */
export async function whichOperationForward(line: string, version: string, environment: string): Promise<'deploy' | 'upgrade'> {
  const { kind, later } = await whichOperation(line, version, environment);
  if (later === undefined) return kind;
  throw new Failure('NotAllowed', `${later} runs in ${environment}, which is later than ${version}: a pipeline does not go back`, {
    next: `If it is meant to: steward upgrade ${line} ${version} -e ${environment}, or --allow-downgrade.`,
  });
}
