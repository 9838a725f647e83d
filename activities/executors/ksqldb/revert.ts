import { Failure } from '../../../lifecycle/failures.js';
import type { Remainder, RevertInput, VerbContext } from '../../../lifecycle/executor.js';
import type { LedgerDeps } from '../deps.js';
import { prepare, readBefore } from './context.js';
import { isDoneBy, wordingOf } from './done.js';
import { execute } from './execute.js';
import { beforeOf, isStarted, mayHaveRun, noteTurn } from './ledger.js';
import type { Action } from './plan.js';
import { oneAtATime } from './queue.js';
import { terminate } from './query-id.js';
import { label } from './statement.js';
import { quote, readWorld } from './world.js';
import type { World } from './world.js';

/**
 * Takes back, newest first, what the ledger says was begun and the server's state shows as done. Goes on past what
 * cannot be taken back and lists it. Never deletes a topic or a schema: a sink topic that ksqlDB made is listed.
 */
export const revert = async (deps: LedgerDeps, input: RevertInput, context: VerbContext): Promise<{ remains: Remainder[] }> => {
  const work = await prepare(deps, input);
  const { client, names, url } = work;
  const { signal } = context;
  const image = await beforeOf(deps, input.key);
  if (image === undefined) return { remains: [] };
  const seen = await readBefore(deps, image);
  const before = seen.world;
  const { actions } = work.plan(seen);
  const remains: Remainder[] = [];

  await oneAtATime(url, signal, async () => {
    for (const action of actions.toReversed()) {
      if (action.kind === 'assert' || !(await mayHaveRun(deps, input.key, action))) continue;
      const look = async (): Promise<World> => readWorld(client, names, { signal });
      const undo = (await isDoneBy(deps, input.key, action, await look(), before)) ? undoOf(action) : undefined;
      if (undo === undefined) {
        // What is not there now is not this step's when it is there later: the former form comes back under the name.
        if (action.again) await noteTurn(deps, input.key, action, 'undone');
        continue;
      }
      context.progress(`taking back ${action.address}`);
      try {
        await execute(client, {
          what: `${input.scope.fqn}: taking back ${label(action.statement)}`,
          sql: undo.sql,
          request: { properties: undo.statement.properties, variables: undo.statement.variables },
          assertFence: () => context.assertFence(),
          mayHaveRun: true,
          done: undo.done(look, before),
          ...(action.kind === 'replace' ? { confirmed: async () => (await look()).sources[action.name] !== undefined } : {}),
          signal,
        });
        if (action.again) await noteTurn(deps, input.key, action, 'undone');
      } catch (error) {
        if (!(error instanceof Failure) || error.type !== 'StatementRefused') throw error;
        remains.push(remainder(action, error.message));
      }
    }
    const { topics } = await readWorld(client, [], { signal, topics: 'with topics' });
    for (const action of actions) {
      const topic = sinkTopic(action);
      if (topic === undefined || before.topics.includes(topic) || !topics.includes(topic) || !(await isStarted(deps, input.key, action)))
        continue;
      remains.push({
        address: `topic ${topic}`,
        reason: `ksqlDB made it for ${action.address}; Steward deletes no topic that others may use by now`,
        action: 'Delete the topic and its subjects when nobody reads them.',
      });
    }
  });
  return { remains };
};

interface Undo {
  sql: string;
  statement: Action['statement'];
  done(look: () => Promise<World>, before: World): () => Promise<boolean>;
}

const undoOf = (action: Action): Undo | undefined => {
  const { kind, name, object, statement, former } = action;
  const gone = (look: () => Promise<World>) => async (): Promise<boolean> => {
    const world = await look();
    return world.sources[name] === undefined && world.queries[name] === undefined;
  };
  const back = (look: () => Promise<World>) => async (): Promise<boolean> => {
    const world = await look();
    return world.sources[name] !== undefined || world.queries[name] !== undefined;
  };
  switch (kind) {
    case 'create':
      return { sql: `DROP ${object} ${quote(name)};`, statement, done: gone };
    case 'insert':
      return { sql: terminate(name), statement, done: gone };
    case 'replace':
      // Where both say the same, the server's wording was never another one.
      return former && { ...former, done: (look, before) => async () => wordingOf(action, await look()) === wordingOf(action, before) };
    case 'drop':
    case 'terminate':
      return former && { ...former, done: back };
    case 'assert':
      return undefined;
  }
};

const remainder = (action: Action, reason: string): Remainder => ({
  address: action.address,
  reason,
  action:
    action.kind === 'replace'
      ? 'The newer form stays (ksqlDB keeps added columns). Deploy a version that has it, or drop and create it by hand.'
      : 'End what uses it, then drop or terminate it by hand.',
});

/** The topic that a CREATE ... AS SELECT writes to; without KAFKA_TOPIC it bears the name of the stream. */
const sinkTopic = ({ kind, statement: { shape } }: Action): string | undefined =>
  kind === 'create' && shape.type === 'create' ? (shape.topic ?? shape.name) : undefined;
