import type { EffectPhase, PlannedChange } from '../../../lifecycle/executor.js';
import { anchored, queryIdOf } from './query-id.js';
import type { Script } from './script.js';
import { createText, label, statementDigest, subject } from './statement.js';
import type { Statement } from './statement.js';
import { quote } from './world.js';
import type { SourceState, World } from './world.js';

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
}

export interface Plan {
  actions: Action[];
  /** Why it cannot be done, each for people. */
  refusals: string[];
}

/**
 * What leads from one script to the other in this world. Pure: same arguments, same plan, so that a plan can be made
 * again from a stored before-image. Nothing that neither script names is ever touched.
 */
export const plan = (from: Script | undefined, to: Script | undefined, world: World, fqn: string): Plan => {
  const actions: Action[] = [];
  const refusals: string[] = [];
  const before = keyed(from, fqn);
  const after = keyed(to, fqn);

  for (const [key, statement] of after) {
    const former = before.get(key);
    const { shape } = statement;
    if (shape.type === 'create') {
      const there = world.sources[shape.name];
      const base = { address: subject(shape), phase: 'apply', name: shape.name, object: shape.object, statement } as const;
      if (there === undefined) actions.push({ ...base, kind: 'create', sql: createText(statement, 'create') });
      else if (former === undefined)
        refusals.push(`${label(statement)}: ${there.object} ${shape.name} exists already and is not of this product: choose another name`);
      else if (there.object !== shape.object || !same(there.topic, topicOf(statement)))
        refusals.push(
          `${label(statement)}: the server has ${there.object} ${shape.name} on topic ${there.topic}: ksqlDB cannot change its kind or topic in place`,
        );
      else if (statementDigest(former) !== statementDigest(statement) || schemaChanged(there, statement))
        actions.push({
          ...base,
          kind: 'replace',
          sql: createText(statement, 'replace'),
          former: { sql: createText(former, 'replace'), statement: former },
        });
    } else if (shape.type === 'insert') {
      const id = queryIdOf(statement, fqn);
      const there = world.queries[id];
      const old = former ?? supersededInsert(statement, before, after);
      if (there === undefined && old === undefined) actions.push(insertion(statement, id));
      else if (there === undefined && old !== undefined && (former === undefined || statementDigest(former) !== statementDigest(statement)))
        refusals.push(`${label(statement)}: ${CHANGED_INSERT}`);
      else if (there === undefined) actions.push(insertion(statement, id));
      else if (former === undefined)
        refusals.push(`${label(statement)}: a query ${id} runs already and is not of this product: choose another QUERY_ID`);
      else if (statementDigest(former) !== statementDigest(statement)) refusals.push(`${label(statement)}: ${CHANGED_INSERT}`);
    } else if (shape.type === 'assert') {
      actions.push({
        kind: 'assert',
        address: `ASSERT ${statement.index}`,
        phase: 'apply',
        name: `${statement.index}`,
        statement,
        sql: statement.text,
      });
    }
  }
  if (actions.every(({ kind }) => kind === 'assert')) actions.length = 0;

  // A task that goes away goes in phase apply (its topics go later, in finalise); what an upgrade leaves behind waits.
  const phase: EffectPhase = to === undefined ? 'apply' : 'finalise';
  const gone = [...before].filter(([key]) => !after.has(key)).map(([, statement]) => statement);
  for (const statement of gone.toReversed()) {
    const { shape } = statement;
    if (shape.type !== 'insert') continue;
    const id = queryIdOf(statement, fqn);
    if (world.queries[id] !== undefined && !(to && supersededBy(statement, after)))
      actions.push({
        kind: 'terminate',
        address: `query ${id}`,
        phase,
        name: id,
        statement,
        sql: `TERMINATE ${id};`,
        former: { sql: anchored(statement, id), statement },
      });
  }
  for (const statement of gone.toReversed()) {
    const { shape } = statement;
    if (shape.type !== 'create' || !isOfStatement(world.sources[shape.name], statement)) continue;
    const sql = `DROP ${shape.object} ${quote(shape.name)};`;
    actions.push({
      kind: 'drop',
      address: subject(shape),
      phase,
      name: shape.name,
      object: shape.object,
      statement,
      sql,
      former: { sql: createText(statement, 'create'), statement },
    });
  }
  return { actions, refusals };
};

const CHANGED_INSERT =
  'ksqlDB cannot replace an INSERT INTO in place: ending it loses its offsets, so records would be missed or written twice. ' +
  'Write it as CREATE STREAM ... AS SELECT, which can be replaced, or raise the major version';

const insertion = (statement: Statement, id: string): Action => ({
  kind: 'insert',
  address: `query ${id}`,
  phase: 'apply',
  name: id,
  statement,
  sql: anchored(statement, id),
});

/** Statements by what they make; the order of the script is kept. */
const keyed = (script: Script | undefined, fqn: string): Map<string, Statement> =>
  new Map(
    (script?.statements ?? []).map((statement) => {
      const { shape } = statement;
      if (shape.type === 'create') return [`source ${shape.name}`, statement];
      if (shape.type === 'insert') return [`query ${queryIdOf(statement, fqn)}`, statement];
      return [`statement ${statement.index}`, statement];
    }),
  );

const target = (statement: Statement): string | undefined => (statement.shape.type === 'insert' ? statement.shape.target : undefined);

/** A former INSERT INTO of the same target that the new script no longer has: the two are one statement that changed. */
const supersededInsert = (statement: Statement, before: Map<string, Statement>, after: Map<string, Statement>): Statement | undefined =>
  [...before].find(([key, old]) => !after.has(key) && target(old) !== undefined && target(old) === target(statement))?.[1];

const supersededBy = (old: Statement, after: Map<string, Statement>): boolean =>
  [...after.values()].some((statement) => target(statement) === target(old));

/** False for what somebody else has made under the name since: another kind, or on another topic. */
export const isOfStatement = (there: SourceState | undefined, statement: Statement): boolean =>
  there !== undefined &&
  statement.shape.type === 'create' &&
  there.object === statement.shape.object &&
  same(there.topic, topicOf(statement));

const topicOf = ({ shape }: Statement): string | undefined => (shape.type === 'create' ? shape.topic : undefined);

/** Without KAFKA_TOPIC the server chooses the name of the stream. A variable that is not known yet cannot be compared. */
const same = (there: string, wanted: string | undefined): boolean => wanted === undefined || wanted.includes('${') || there === wanted;

/** The id of the schema is known only when the registry has it; the server tells which one it keeps to. */
const schemaChanged = (there: SourceState, { shape }: Statement): boolean => {
  if (shape.type !== 'create' || shape.schemaId === undefined || shape.schemaId.includes('${')) return false;
  const kept = /\bVALUE_SCHEMA_ID\s*=\s*(\d+)/i.exec(there.statement)?.[1];
  return kept !== undefined && kept !== shape.schemaId;
};

/** What a plan means in the words of the contract. */
export const plannedChanges = (actions: Action[], irreversible: ReadonlySet<string> = new Set()): PlannedChange[] =>
  actions.flatMap((action): PlannedChange[] => {
    const { kind, address, phase } = action;
    const query = action.statement.shape.type === 'insert' || (action.statement.shape.type === 'create' && action.statement.shape.query);
    switch (kind) {
      case 'assert':
        return [];
      case 'create':
      case 'insert':
        // A schema that ksqlDB registered, or a sink topic that it made, is not taken back with the stream.
        return [{ address, action: 'create', dataLoss: false, phase, undo: 'equivalent', summary: label(action.statement) }];
      case 'replace': {
        const undo = irreversible.has(address) ? 'none' : 'equivalent';
        const summary = `${label(action.statement)}: replaced in place, offsets and state are kept, rows already written stay${undo === 'none' ? '; ksqlDB refuses the way back' : ''}`;
        return [{ address, action: 'update', dataLoss: false, phase, undo, summary }];
      }
      case 'drop':
      case 'terminate': {
        const summary = query
          ? 'the query ends and its offsets are lost; the topic and its records stay'
          : 'the topic and its records stay';
        return [{ address, action: 'delete', dataLoss: query, phase, undo: 'equivalent', summary }];
      }
    }
  });
