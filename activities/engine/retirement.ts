import type { EngineActivities, Target } from '../../lifecycle/engine.js';
import { Failure } from '../../lifecycle/failures.js';
import type { EnvironmentRecord, InstanceRecord, VersionState } from '../../lifecycle/records.js';
import { majorOf } from '../../lifecycle/states.js';
import type { EngineDeps } from './deps.js';
import { isOpen } from './holder.js';
import { environmentOf } from './request.js';
import { later } from './time.js';

type Retirement = Pick<EngineActivities, 'announceRetirement' | 'withdrawAnnouncement' | 'withdrawForgotten'>;

/** What an announcement is about. */
type Announced = Pick<Target, 'line' | 'environment'> & { from?: { version: string } | undefined };

/** The announcement that an instance goes away: consumers see it in the catalog; patches and redeploys go on. */
export function createRetirement(deps: EngineDeps): Retirement {
  return {
    async announceRetirement({ target, holder: { workflowId } }) {
      const announcedAt = new Date().toISOString();
      const period = environmentOf(deps, target.environment).deprecationPeriod;
      const sunset = target.sunset ?? later(announcedAt, period);
      const found = await announcementOf(target);
      // A retirement that was ended is carried on by this one; from now on it is this one's to take back.
      const inherited = found?.operation === 'retire' && found.workflowId !== workflowId && !(await isOpen(found)) ? found : undefined;
      const written = await changeInstance(target, (instance) => {
        const { deprecation } = instance;
        if (deprecation?.sunset !== sunset && (!deprecation || target.sunset))
          return { ...instance, deprecation: { announcedAt, sunset, workflowId, operation: 'retire' } };
        return inherited && deprecation?.workflowId === inherited.workflowId
          ? { ...instance, deprecation: { ...deprecation, workflowId } }
          : undefined;
      });
      const kept = written?.deprecation?.sunset ?? sunset;
      await changeVersion(target, 'registered', 'deprecated', kept);
      return { sunset: kept };
    },

    withdrawAnnouncement: ({ target, holder: { workflowId } }) => withdraw(target, workflowId),

    async withdrawForgotten({ line, environment }) {
      const record = (await deps.catalog.environments.read(line, environment))?.record;
      const withdrawn: string[] = [];
      for (const { version, state, deprecation } of Object.values(record?.instances ?? {})) {
        if (state === 'retired' || deprecation?.operation !== 'retire') continue;
        const { workflowId } = deprecation;
        if (await isOpen({ workflowId })) continue;
        const announced = { line, environment, from: { version } };
        await withdraw(announced, workflowId);
        withdrawn.push(workflowId);
      }
      return withdrawn;
    },
  };

  async function announcementOf({ line, environment, from }: Announced): Promise<InstanceRecord['deprecation']> {
    return (await deps.catalog.environments.read(line, environment))?.record.instances[majorOf(from!.version)]?.deprecation;
  }

  /** Another run's announcement is not this run's to take back. */
  async function withdraw(announced: Announced, workflowId: string): Promise<void> {
    const found = await announcementOf(announced);
    if (found && found.workflowId !== workflowId) return;
    // The version first: whoever comes after a crash in between still finds the announcement.
    await reinstate(announced);
    await changeInstance(announced, (instance) =>
      instance.deprecation?.workflowId === workflowId ? { ...instance, deprecation: undefined } : undefined,
    );
  }

  /** The version is no longer deprecated, unless it was announced as going away elsewhere, too. */
  async function reinstate(announced: Announced): Promise<void> {
    const { line, environment, from } = announced;
    const others = (await deps.catalog.environments.list(line)).filter((each) => each.environment !== environment);
    const isAnnounced = ({ version, state, deprecation }: InstanceRecord): boolean =>
      version === from!.version && state !== 'retired' && deprecation !== undefined;
    if (others.some(({ instances }) => Object.values(instances).some(isAnnounced))) return;
    await changeVersion(announced, 'deprecated', 'registered', undefined);
  }

  async function changeInstance(
    { line, environment, from }: Announced,
    change: (instance: InstanceRecord) => InstanceRecord | undefined,
  ): Promise<InstanceRecord | undefined> {
    const major = majorOf(from!.version);
    const written = await deps.catalog.environments.change(line, environment, (found): EnvironmentRecord | undefined => {
      const instance = found?.instances[major];
      if (!found || !instance) throw new Failure('NotDeployed', `${line} ${from!.version} does not run in ${environment} any more`);
      const next = change(instance);
      return next && { ...found, instances: { ...found.instances, [major]: next } };
    });
    return written.instances[major];
  }

  async function changeVersion(
    { line, from }: Announced,
    before: VersionState,
    after: VersionState,
    sunset: string | undefined,
  ): Promise<void> {
    await deps.catalog.products.change(line, (found) => {
      const version = found?.versions[from!.version];
      if (!found || version?.state !== before) return undefined;
      return { ...found, versions: { ...found.versions, [version.version]: { ...version, state: after, sunset } } };
    });
  }
}
