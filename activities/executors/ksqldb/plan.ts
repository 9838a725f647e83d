import type { EffectPhase } from '../../../lifecycle/executor.js';
import { dependants } from './graph.js';
import { anchored, isQueryId, queryIdOf, terminate } from './query-id.js';
import type { Script } from './script.js';
import { createText, label, statementDigest, subject } from './statement.js';
import type { Statement } from './statement.js';
import { quote } from './world.js';
import type { QueryState, SourceState, World } from './world.js';

/** One statement that will be sent, what it leads to, and how to take it back. */
export interface Action {
  kind: 'create' | 'replace' | 'insert' | 'assert' | 'drop' | 'terminate';
  /** For people and ledgers, e.g. `TABLE TRIP_STATUS`, `query TRIP_POSITION_WRITER`. */
  address: string;
  phase: EffectPhase;
  /** Name of the stream or table, or id of the query. */
  name: string;
  object?: 'STREAM' | 'TABLE';
  /** The statement of the script that asks for it; for removals the one that had made it. */
  statement: Statement;
  sql: string;
  /** What brings back what was; undefined = nothing was there. */
  former?: { sql: string; statement: Statement };
  /** It goes in order to be made again, or is made again: the state of the server alone does not tell whether that has happened. */
  again?: true;
}

export interface Plan {
  actions: Action[];
  /** Why it cannot be done, each for people. */
  refusals: string[];
}

/** What the scripts make, by kind and name. */
type Statements = Map<string, Statement>;

/**
 * What leads from one script to the other in this world. Pure: same arguments, same plan, so that a plan can be made
 * again from a stored before-image. Nothing that neither script names is ever touched.
 * @param remade streams and tables that are dropped and made again, because the server does not replace them in place
 */
export const plan = (from: Script | undefined, to: Script | undefined, world: World, fqn: string, remade: readonly string[] = []): Plan => {
  const before = keyed(from, fqn);
  const after = keyed(to, fqn);
  const remake = remakeOf(from, before, after, world, fqn, remade);
  const making: Plan = { actions: [], refusals: foreignUsers(before, world, remake) };
  for (const [key, statement] of after) {
    const again = remake.has(key) || (!before.has(key) && takesPlace(statement, remake, before));
    const { action, refusal } = wanted(statement, { former: before.get(key), world, fqn, again });
    if (action) making.actions.push(action);
    if (refusal) making.refusals.push(refusal);
  }
  if (making.actions.every(({ kind }) => kind === 'assert')) making.actions.length = 0;

  const stops = removals(before, remake, world, fqn, 'apply').map((action): Action => ({ ...action, again: true }));
  const gone = [...before.keys()].filter((key) => !after.has(key) && !remake.has(key));
  // A task that goes away goes in phase apply (its topics go later, in finalise); what an upgrade leaves behind waits.
  const leaving = removals(before, new Set(gone), world, fqn, to === undefined ? 'apply' : 'finalise');
  // Nothing is ended before what may still fail: an ASSERT that guards it, the making of what is new.
  const firstAgain = making.actions.findIndex(({ again }) => again);
  const turn = firstAgain < 0 ? making.actions.length : firstAgain;
  const actions = [...making.actions.slice(0, turn), ...stops, ...making.actions.slice(turn), ...leaving];
  return { actions, refusals: making.refusals };
};

/** Statements by what they make; the order of the script is kept. */
const keyed = (script: Script | undefined, fqn: string): Statements =>
  new Map(
    (script?.statements ?? []).map((statement) => {
      const { shape } = statement;
      if (shape.type === 'create') return [`source ${shape.name}`, statement];
      if (shape.type === 'insert') return [`query ${queryIdOf(statement, fqn)}`, statement];
      return [`statement ${statement.index}`, statement];
    }),
  );

/**
 * Keys of the former statements that end so that something else can take their place: what is remade with all that hangs on it, and each
 * INSERT INTO that the new script has in another form, for ksqlDB replaces none in place.
 */
const remakeOf = (
  from: Script | undefined,
  before: Statements,
  after: Statements,
  world: World,
  fqn: string,
  remade: readonly string[],
): Set<string> => {
  const names = [...remade, ...switched(before, after)];
  const hanging = dependants(from?.statements ?? [], names);
  const isRunning = (statement: Statement): boolean => isQueryOf(world.queries[queryIdOf(statement, fqn)], statement);
  const ends = ([key, statement]: [string, Statement]): boolean => {
    const { shape } = statement;
    if (shape.type === 'create') return names.includes(shape.name) || hanging.has(statement);
    if (shape.type !== 'insert' || !isRunning(statement)) return false;
    const now = after.get(key);
    if (hanging.has(statement)) return true;
    if (now !== undefined) return statementDigest(now) !== statementDigest(statement);
    return [...after].some(([other, { shape: there }]) => !before.has(other) && there.type === 'insert' && there.target === shape.target);
  };
  return new Set([...before].flatMap((entry) => (ends(entry) ? [entry[0]] : [])));
};

/** What goes from a plain declaration to AS SELECT, or back: the server takes that for a replacement and lets the former writer run on. */
const switched = (before: Statements, after: Statements): string[] =>
  [...before].flatMap(([key, { shape }]) => {
    const now = after.get(key)?.shape;
    return shape.type === 'create' && now?.type === 'create' && shape.query !== now.query ? [shape.name] : [];
  });

/** A new INSERT INTO of a stream whose former one ends for it. */
const takesPlace = ({ shape }: Statement, remake: Set<string>, before: Statements): boolean =>
  [...remake].some((key) => {
    const old = before.get(key)?.shape;
    return shape.type === 'insert' && old?.type === 'insert' && old.target === shape.target;
  });

/** Queries of others on what would be dropped for a moment: ksqlDB refuses that, and Steward ends no query of another product. */
const foreignUsers = (before: Statements, world: World, remake: Set<string>): string[] => {
  const ours = new Set([...before.keys()].flatMap((key) => (key.startsWith('query ') ? [key.slice('query '.length)] : [])));
  const names = new Set([...before.values()].flatMap(({ shape }) => (shape.type === 'create' ? [shape.name] : [])));
  return [...remake].flatMap((key) => {
    const statement = before.get(key)!;
    if (statement.shape.type !== 'create') return [];
    const { name } = statement.shape;
    const foreign = Object.entries(world.queries).filter(
      ([id, { sources, sinks }]) => !ours.has(id) && !sinks.some((sink) => names.has(sink)) && sources.includes(name),
    );
    return foreign.map(
      ([id, { sinks }]) =>
        `${subject(statement.shape)} must be dropped and made again, and the query ${id} of ${sinks.join(', ')}, which is not of this product, reads it: raise the major version`,
    );
  });
};

interface Surroundings {
  former: Statement | undefined;
  world: World;
  fqn: string;
  again: boolean;
}

/** What a statement of the new script asks for in this world; nothing when it is there already. */
const wanted = (statement: Statement, around: Surroundings): { action?: Action; refusal?: string } => {
  switch (statement.shape.type) {
    case 'create':
      return wantedSource(statement, statement.shape, around);
    case 'insert':
      return wantedQuery(statement, around);
    case 'assert': {
      const name = `${statement.index}`;
      return { action: { kind: 'assert', address: `ASSERT ${name}`, phase: 'apply', name, statement, sql: statement.text } };
    }
    case 'refused':
      return {};
  }
};

const wantedSource = (
  statement: Statement,
  shape: Extract<Statement['shape'], { type: 'create' }>,
  { former, world, again }: Surroundings,
): { action?: Action; refusal?: string } => {
  const { name, object } = shape;
  const there = world.sources[name];
  const base = { address: subject(shape), phase: 'apply', name, object, statement } as const;
  if (there === undefined) return { action: { ...base, kind: 'create', sql: createText(statement, 'create') } };
  if (former === undefined)
    return { refusal: `${label(statement)}: ${there.object} ${name} exists already and is not of this product: choose another name` };
  if (there.object !== object || !same(there.topic, shape.topic ?? topicOf(former)))
    return {
      refusal: `${label(statement)}: the server has ${there.object} ${name} on topic ${there.topic}; another kind or topic is another contract: raise the major version`,
    };
  if (again) {
    const old = { sql: createText(former, 'create'), statement: former };
    return { action: { ...base, kind: 'create', sql: createText(statement, 'create'), former: old, again } };
  }
  if (statementDigest(former) === statementDigest(statement) && !schemaChanged(there, statement)) return {};
  return {
    action: {
      ...base,
      kind: 'replace',
      sql: createText(statement, 'replace'),
      former: { sql: createText(former, 'replace'), statement: former },
    },
  };
};

const wantedQuery = (statement: Statement, { former, world, fqn, again }: Surroundings): { action?: Action; refusal?: string } => {
  const id = queryIdOf(statement, fqn);
  // A variable in it that an earlier step has still to give is not known yet.
  if (!id.includes('${') && !isQueryId(id))
    return {
      refusal: `${label(statement)}: Steward takes no QUERY_ID ${id}: ksqlDB refuses it, or TERMINATE ${id} would end more than it`,
    };
  const isThere = world.queries[id] !== undefined;
  if (isThere && !(former && isQueryOf(world.queries[id], former)))
    return { refusal: `${label(statement)}: a query ${id} runs already and is not of this product: choose another QUERY_ID` };
  if (isThere && !again) return {};
  const action: Action = { kind: 'insert', address: `query ${id}`, phase: 'apply', name: id, statement, sql: anchored(statement, id) };
  if (!again) return { action };
  return { action: { ...action, ...(former && { former: { sql: anchored(former, id), statement: former } }), again } };
};

/** Ends queries, then drops, each before what it needs. What somebody else has made under a name since stays. */
const removals = (before: Statements, keys: Set<string>, world: World, fqn: string, phase: EffectPhase): Action[] => {
  const statements = [...before].flatMap(([key, statement]) => (keys.has(key) ? [statement] : [])).toReversed();
  const ends = statements.flatMap((statement): Action[] => {
    if (statement.shape.type !== 'insert') return [];
    const id = queryIdOf(statement, fqn);
    if (!isQueryOf(world.queries[id], statement)) return [];
    const former = { sql: anchored(statement, id), statement };
    return [{ kind: 'terminate', address: `query ${id}`, phase, name: id, statement, sql: terminate(id), former }];
  });
  const drops = statements.flatMap((statement): Action[] => {
    const { shape } = statement;
    if (shape.type !== 'create' || !isOfStatement(world.sources[shape.name], statement)) return [];
    const { name, object } = shape;
    const former = { sql: createText(statement, 'create'), statement };
    return [{ kind: 'drop', address: subject(shape), phase, name, object, statement, sql: `DROP ${object} ${quote(name)};`, former }];
  });
  return [...ends, ...drops];
};

/** A topic that was named and is named no more would become another one: the server calls it as the stream. */
const topicOf = ({ shape }: Statement): string | undefined =>
  shape.type === 'create' && shape.topic !== undefined && shape.topic !== shape.name
    ? `${shape.name} instead of ${shape.topic}`
    : undefined;

/** False for what somebody else has made under the name since: another kind, or on another topic. */
export const isOfStatement = (there: SourceState | undefined, { shape }: Statement): boolean =>
  there !== undefined && shape.type === 'create' && there.object === shape.object && same(there.topic, shape.topic);

/** False for a query that somebody else runs under the id of an INSERT INTO: it writes elsewhere. */
export const isQueryOf = (there: QueryState | undefined, { shape }: Statement): boolean =>
  there !== undefined && shape.type === 'insert' && there.sinks.includes(shape.target);

/** Without KAFKA_TOPIC the server chooses the name of the stream. A variable that is not known yet cannot be compared. */
const same = (there: string, wanted: string | undefined): boolean => wanted === undefined || wanted.includes('${') || there === wanted;

/** The server tells which schema it keeps to; one that nobody has given yet may turn out to be another. */
const schemaChanged = (there: SourceState, { shape }: Statement): boolean => {
  if (shape.type !== 'create' || shape.schemaId === undefined) return false;
  const kept = /\bVALUE_SCHEMA_ID\s*=\s*(\d+)/i.exec(there.statement)?.[1];
  return kept !== undefined && kept !== shape.schemaId;
};
