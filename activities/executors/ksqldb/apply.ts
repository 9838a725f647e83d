import { Failure } from '../../../lifecycle/failures.js';
import type { ApplyInput, Outputs, VerbContext } from '../../../lifecycle/executor.js';
import type { LedgerDeps } from '../deps.js';
import { planDigest, prepare, readBefore } from './context.js';
import type { Work } from './context.js';
import { isDone, isDoneBy, wordingOf } from './done.js';
import { execute } from './execute.js';
import { mayHaveRun, noteBefore, noteEquivalent, noteRefused, noteStart, noteTurn } from './ledger.js';
import type { Action } from './plan.js';
import { oneAtATime } from './queue.js';
import { label, undefinedVariables } from './statement.js';
import { readWorld } from './world.js';
import type { World } from './world.js';

/**
 * Sends the statements of the approved plan one by one, each confirmed by the server's own state before the next.
 * Throws InvalidInput when a variable has no value by now, PlanChanged when the world is not the one that was judged,
 * StatementRefused, SystemUnavailable (come back: what is done is seen and not done again).
 */
export const apply = async (deps: LedgerDeps, input: ApplyInput, context: VerbContext): Promise<{ outputs: Outputs }> => {
  const { permit } = input;
  const resultKey = `${permit.key}/${permit.phase}`;
  const finished = await deps.results.get<{ outputs: Outputs }>(resultKey);
  if (finished !== undefined) return finished;
  const work = await prepare(deps, input);
  const open = [...new Set((work.to?.statements ?? []).flatMap(undefinedVariables))];
  if (open.length > 0) throw new Failure('InvalidInput', `step ${input.scope.step}: nobody has given ${open.join(', ')}`);
  const image = await readBefore(deps, permit.before);
  const before = image.world;
  const { actions } = work.plan(image);
  if (planDigest(actions, before) !== permit.approved)
    throw new Failure('PlanChanged', `${input.scope.fqn}, step ${input.scope.step}: what would be sent to ksqlDB is not what was judged`);

  const due = actions.filter(({ phase }) => phase === permit.phase);
  const world = await oneAtATime(work.url, context.signal, () => sendAll(deps, input, context, work, due, before));
  return deps.results.put(resultKey, { outputs: outputsOf(work, world) });
};

const sendAll = async (
  deps: LedgerDeps,
  input: ApplyInput,
  context: VerbContext,
  work: Work,
  due: Action[],
  before: World,
): Promise<World> => {
  const { client, names } = work;
  const { signal } = context;
  let sequence: number | undefined;
  const world = await readWorld(client, names, { signal });
  for (const [at, action] of due.entries()) {
    signal.throwIfAborted();
    context.progress(`${at + 1} of ${due.length} statements: ${action.address}`);
    const { key } = input.permit;
    const ends = action.kind === 'drop' || action.kind === 'terminate';
    // Whoever removed what was to be removed: it is gone.
    const ours = ends || (await mayHaveRun(deps, key, action));
    if (action.kind !== 'assert' && (await isDoneBy(deps, key, action, world, before))) {
      if (ends && action.again) await noteTurn(deps, key, action, 'ended');
      // A statement that leaves everything as it was has nothing to do.
      const isIdle = action.kind === 'replace' && wordingOf(action, world) === wordingOf(action, before);
      if (ours || isIdle) continue;
      throw new Failure(
        'PlanChanged',
        `${action.address} was changed by somebody else while ${input.scope.fqn} waited: look at it and start again`,
      );
    }
    // Only what the statement makes is looked at: 200 statements would read 200 descriptions 200 times.
    const look = (): Promise<World> => readWorld(client, [action.name], { signal });
    await context.assertFence();
    await noteBefore(deps, key, input.permit.before);
    await noteStart(deps, key, action);
    const done = await execute(client, {
      what: `${input.scope.fqn}: ${label(action.statement)}`,
      sql: action.sql,
      request: {
        properties: action.statement.properties,
        variables: action.statement.variables,
        ...(sequence === undefined ? {} : { sequence }),
      },
      assertFence: () => context.assertFence(),
      mayHaveRun: ours,
      done: async () => isDoneBy(deps, key, action, await look(), before),
      ...(action.kind === 'replace' ? { confirmed: async () => (await look()).sources[action.name] !== undefined } : {}),
      ...(action.kind === 'assert' ? { confirmed: async () => true } : {}),
      signal,
    }).catch(async (error: unknown) => {
      if (error instanceof Failure && error.type === 'StatementRefused') await noteRefused(deps, key, action);
      throw error;
    });
    sequence = done ?? sequence;
    if (ends && action.again) await noteTurn(deps, key, action, 'ended');
    if (action.kind !== 'replace' && !action.again) continue;
    const after = await look();
    if (!ends && !(await isDone(deps, action, after, before))) await noteEquivalent(deps, action, wordingOf(action, after));
  }
  return due.length === 0 ? world : readWorld(client, names, { signal, ...(sequence === undefined ? {} : { sequence }) });
};

/** Names for later steps and for people: topics and queries by the name of their stream or table. */
const outputsOf = ({ names, to }: Work, world: World): Outputs => {
  if (to === undefined) return {};
  const queries = Object.entries(world.queries).filter(([, { sinks }]) => sinks.some((sink) => names.includes(sink)));
  return {
    topics: Object.fromEntries(Object.entries(world.sources).map(([name, { topic }]) => [name, topic])),
    queries: Object.fromEntries(queries.map(([id, { sinks }]) => [id, sinks[0] ?? ''])),
  };
};
