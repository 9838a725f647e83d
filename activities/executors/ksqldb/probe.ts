import { Failure } from '../../../lifecycle/failures.js';
import type { Probe, ProbeInput, VerbContext } from '../../../lifecycle/executor.js';
import type { LedgerDeps } from '../deps.js';
import { prepare, readBefore } from './context.js';
import { isDone, isTelling } from './done.js';
import { readWorld } from './world.js';
import type { QueryState, World } from './world.js';

/**
 * How far the cluster is and whether our queries work. A failing query is RUNNING by the server's word, and the server
 * healthy: only errors that came since the before-image tell.
 */
export const probe = async (deps: LedgerDeps, input: ProbeInput, { signal }: VerbContext): Promise<Probe> => {
  const work = await prepare(deps, input);
  const image = await readBefore(deps, input.before);
  const before = image.world;
  try {
    const world = await readWorld(work.client, work.names, { signal });
    const health = await work.client.health(signal);
    const { actions } = work.plan(image);
    const due = actions
      .filter(({ kind, phase }) => kind !== 'assert' && (input.phase === 'finalise' || phase === 'apply'))
      .filter((action) => isTelling(action, actions, world));
    const finished = await Promise.all(due.map((action) => isDone(deps, action, world, before)));
    const done = due.filter((_, at) => finished[at]);
    const missing = due.filter((action) => !done.includes(action));
    const foreign = missing.filter(({ name, kind, again }) => kind === 'create' && !again && world.sources[name] !== undefined);
    const failing = failures(world, before, work.names);

    const evidence = [
      `ksqlDB ${work.client.endpoint}: ${health.state}${health.healthy ? '' : ', not healthy'}${health.commandRunner ? '' : ', the command runner is stuck'}`,
      ...work.names.map(
        (name) => `${name}: ${world.sources[name] ? `${world.sources[name].object} on topic ${world.sources[name].topic}` : 'not there'}`,
      ),
      ...Object.entries(world.queries).flatMap(([id, query]) =>
        ours(query, work.names) ? [`query ${id}: ${query.states.join(', ') || 'no state'}`] : [],
      ),
      ...failing,
      ...missing.map(({ address }) => `not done: ${address}`),
    ];
    const state = foreign.length > 0 ? 'foreign' : missing.length === 0 ? 'to' : done.length === 0 ? 'from' : 'between';
    return { state, healthy: health.healthy && health.commandRunner && failing.length === 0, evidence };
  } catch (error) {
    if (!(error instanceof Failure) || error.type !== 'SystemUnavailable') throw error;
    return { state: 'unreachable', healthy: false, evidence: [error.message] };
  }
};

const ours = ({ sinks }: QueryState, names: string[]): boolean => sinks.some((sink) => names.includes(sink));

/** Our queries that have failed since the before-image, each with its root cause, and those in a state that is no work. */
const failures = (world: World, before: World, names: string[]): string[] =>
  Object.entries(world.queries)
    .filter(([, query]) => ours(query, names))
    .flatMap(([id, { errors, states }]) => {
      const seen = Math.max(0, ...(before.queries[id]?.errors ?? []).map(({ timestamp }) => timestamp));
      const fresh = errors.filter(({ timestamp }) => timestamp > seen).at(-1);
      const stopped = states.filter((state) => state !== 'RUNNING' && state !== 'PAUSED');
      return [
        ...(fresh ? [`query ${id} fails since ${new Date(fresh.timestamp).toISOString()}: ${fresh.message}`] : []),
        ...(stopped.length > 0 ? [`query ${id} is ${stopped.join(', ')}`] : []),
      ];
    });
