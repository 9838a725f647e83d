import { Failure } from '../../../lifecycle/failures.js';
import type { Probe, ProbeInput, VerbContext } from '../../../lifecycle/executor.js';
import { groupLags } from '../../support/kafka-lag.js';
import type { LedgerDeps } from '../deps.js';
import { prepare, readBefore } from './context.js';
import type { Work } from './context.js';
import { isDone, isTelling } from './done.js';
import { isQueryOf } from './plan.js';
import { queryIdOf } from './query-id.js';
import type { Script } from './script.js';
import type { Statement } from './statement.js';
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
    const { fqn } = input.scope;
    const ours = oursIn(world, work, fqn);
    const lags = await lagsOf(work.bootstrapServers, world, ours);
    const failing = [
      ...failures(before, ours, input),
      ...unfilled(work.to, world).map((name) => `no query fills ${name} any more`),
      ...insertsOf(work.to, fqn)
        .filter(({ id, statement }) => !isQueryOf(world.queries[id], statement) && !due.some(({ name }) => name === id))
        .map(({ id }) => `the query ${id} does not run any more`),
    ];

    const evidence = [
      `ksqlDB ${work.client.endpoint}: ${health.state}${health.healthy ? '' : ', not healthy'}${health.commandRunner ? '' : ', the command runner is stuck'}`,
      ...work.names.map(
        (name) => `${name}: ${world.sources[name] ? `${world.sources[name].object} on topic ${world.sources[name].topic}` : 'not there'}`,
      ),
      ...Object.entries(ours).map(([id, query]) => `query ${id}: ${[...query.states, behind(lags.get(id))].join(', ')}`),
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

type Queries = World['queries'];

/** What writes our streams and tables, and each INSERT INTO of ours, whoever has made the stream that it writes to. */
const oursIn = ({ queries }: World, { names, from, to }: Work, fqn: string): Queries => {
  const inserts = [from, to].flatMap((script) => insertsOf(script, fqn));
  const isOurs = ([id, query]: [string, QueryState]): boolean =>
    query.sinks.some((sink) => names.includes(sink)) || inserts.some((insert) => insert.id === id && isQueryOf(query, insert.statement));
  return Object.fromEntries(Object.entries(queries).filter(isOurs));
};

const insertsOf = (script: Script | undefined, fqn: string): { id: string; statement: Statement }[] =>
  (script?.statements ?? []).flatMap((statement) =>
    statement.shape.type === 'insert' ? [{ id: queryIdOf(statement, fqn), statement }] : [],
  );

/** How many records our queries have still to read, by query; left out of what nobody can tell. */
const lagsOf = async (bootstrapServers: string[], { groups = {} }: World, ours: Queries): Promise<Map<string, number>> => {
  const asked = Object.entries(groups).filter(([id]) => ours[id]);
  const lags = await groupLags(
    bootstrapServers,
    asked.map(([, group]) => group),
  ).catch(() => new Map<string, number>());
  return new Map(asked.flatMap(([id, group]) => (lags.has(group) ? [[id, lags.get(group)!]] : [])));
};

const behind = (lag: number | undefined): string => (lag === undefined ? 'how far it is behind is not known' : `${lag} records behind`);

/** Our queries that have failed since, each with its root cause, and those in a state that is no work. @param since ISO time */
const failures = (before: World, ours: Queries, { since, phase }: Pick<ProbeInput, 'since' | 'phase'>): string[] =>
  Object.entries(ours).flatMap(([id, { errors, states }]) => {
    const known = Math.max(0, ...(before.queries[id]?.errors ?? []).map(({ timestamp }) => timestamp));
    const seen = since === undefined ? known : Math.min(known, Date.parse(since));
    const fresh = errors.filter(({ timestamp }) => timestamp > seen).at(-1);
    // What somebody had paused before the operation is left to them, over its bake time too; an inspection tells.
    const isInspection = phase === 'finalise' && since !== undefined;
    const stays = !isInspection && before.queries[id]?.states.includes('PAUSED');
    const works = (state: string): boolean => state === 'RUNNING' || (state === 'PAUSED' && stays === true);
    // A node that does not answer leaves its part to the others.
    const stopped = states.filter((state) => !works(state) && !(state === 'UNRESPONSIVE' && states.some(works)));
    return [
      ...(fresh ? [`query ${id} fails since ${new Date(fresh.timestamp).toISOString()}: ${fresh.message}`] : []),
      ...(stopped.length > 0 ? [`query ${id} is ${stopped.join(', ')}`] : []),
    ];
  });
