import { Failure } from '../../../lifecycle/failures.js';
import type { Probe, ProbeInput, VerbContext } from '../../../lifecycle/executor.js';
import { groupLags } from '../../support/kafka-lag.js';
import type { LedgerDeps } from '../deps.js';
import { prepare, readBefore } from './context.js';
import { isDone, isTelling } from './done.js';
import { readWorld, unfilled } from './world.js';
import type { QueryState, World } from './world.js';

/**
 * How far the cluster is and whether our queries work. A failing query is RUNNING by the server's word, and the server
 * healthy: only errors that came since the before-image (or since the time that is asked about) tell. How far it is behind is told for people:
 * commits alone do not say whether an error was overcome, because a partition whose first record fails has none.
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
    const lags = await lagsOf(work.bootstrapServers, world, work.names);
    const failing = [
      ...failures(world, before, work.names, input.since),
      ...unfilled(work.to, world).map((name) => `no query fills ${name} any more`),
    ];

    const evidence = [
      `ksqlDB ${work.client.endpoint}: ${health.state}${health.healthy ? '' : ', not healthy'}${health.commandRunner ? '' : ', the command runner is stuck'}`,
      ...work.names.map(
        (name) => `${name}: ${world.sources[name] ? `${world.sources[name].object} on topic ${world.sources[name].topic}` : 'not there'}`,
      ),
      ...Object.entries(world.queries).flatMap(([id, query]) =>
        ours(query, work.names) ? [`query ${id}: ${[...query.states, behind(lags.get(id))].join(', ')}`] : [],
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

/** How many records our queries have still to read, by query; left out of what nobody can tell. */
const lagsOf = async (bootstrapServers: string[], { queries, groups = {} }: World, names: string[]): Promise<Map<string, number>> => {
  const asked = Object.entries(groups).filter(([id]) => queries[id] && ours(queries[id], names));
  const lags = await groupLags(
    bootstrapServers,
    asked.map(([, group]) => group),
  ).catch(() => new Map<string, number>());
  return new Map(asked.flatMap(([id, group]) => (lags.has(group) ? [[id, lags.get(group)!]] : [])));
};

const behind = (lag: number | undefined): string => (lag === undefined ? 'how far it is behind is not known' : `${lag} records behind`);

/** Our queries that have failed since, each with its root cause, and those in a state that is no work. @param since ISO time */
const failures = (world: World, before: World, names: string[], since: string | undefined): string[] =>
  Object.entries(world.queries)
    .filter(([, query]) => ours(query, names))
    .flatMap(([id, { errors, states }]) => {
      const known = Math.max(0, ...(before.queries[id]?.errors ?? []).map(({ timestamp }) => timestamp));
      const seen = since === undefined ? known : Math.min(known, Date.parse(since));
      const fresh = errors.filter(({ timestamp }) => timestamp > seen).at(-1);
      // What somebody had paused before the operation is left to them; whoever asks whether it works is told.
      const stays = since === undefined && before.queries[id]?.states.includes('PAUSED');
      const stopped = states.filter((state) => state !== 'RUNNING' && !(state === 'PAUSED' && stays));
      return [
        ...(fresh ? [`query ${id} fails since ${new Date(fresh.timestamp).toISOString()}: ${fresh.message}`] : []),
        ...(stopped.length > 0 ? [`query ${id} is ${stopped.join(', ')}`] : []),
      ];
    });
