import { Failure } from '../../../lifecycle/failures.js';
import type { KsqlDbClient, Request } from './client.js';
import type { Entity } from './answer.js';
import type { Script } from './script.js';

/** A stream or table as the server has it. */
export interface SourceState {
  object: 'STREAM' | 'TABLE';
  topic: string;
  /** The server's own wording; every replacement changes it, nothing else does. */
  statement: string;
}

/** A persistent query as the server has it. */
export interface QueryState {
  sql: string;
  sinks: string[];
  sources: string[];
  /** The word that the server has for it: a query that fails can be RUNNING for minutes. */
  states: string[];
  errors: { timestamp: number; message: string }[];
}

/** What a cluster holds of the names that are asked for, and every query (queries of others read our streams). */
export interface World {
  sources: { [name: string]: SourceState };
  queries: { [id: string]: QueryState };
  /** All names that are taken, of whoever. */
  topics: string[];
  /** Consumer groups of the queries that write what is asked for, by the query's id. */
  groups?: { [query: string]: string };
}

/** How often the state is read when it changes in the middle. */
const READS = 3;

/** The names of all streams and tables, of whoever: a survey looks for those that nobody asked for. */
export const readNames = async (client: KsqlDbClient, signal: AbortSignal): Promise<string[]> =>
  namesIn(await client.read('LIST STREAMS; LIST TABLES;', {}, signal));

const namesIn = (lists: Entity[]): string[] =>
  [...rows(lists, 'streams', 'streams'), ...rows(lists, 'tables', 'tables')].map((row) => String(row.name));

/**
 * Reads the server's state. Only `names` are described. `sequence` makes it wait for one's own writes.
 * Throws SystemUnavailable, and after a while SystemUnavailable too when the broker behind the server is down.
 */
export const readWorld = async (
  client: KsqlDbClient,
  names: readonly string[],
  options: { signal: AbortSignal; sequence?: number; topics?: 'with topics' },
  tries = READS,
): Promise<World> => {
  const request = options.sequence === undefined ? {} : { sequence: options.sequence };
  const lists = await client.read(
    `LIST STREAMS; LIST TABLES; LIST QUERIES EXTENDED;${options.topics ? ' SHOW TOPICS;' : ''}`,
    request,
    options.signal,
  );
  const there = new Set(namesIn(lists));
  const wanted = names.filter((name) => there.has(name));
  const described = await describe(client, wanted, request, options.signal);
  // Somebody has dropped one of them since the list: what is there now is another world.
  if (described === undefined) {
    if (tries > 1) return readWorld(client, names, options, tries - 1);
    throw new Failure('SystemUnavailable', `ksqlDB at ${client.endpoint} lists what it cannot describe: its nodes do not agree yet`);
  }
  // A query that somebody only watches (SELECT ... EMIT CHANGES) holds nothing, and is gone with its connection.
  const persistent = rows(lists, 'query_descriptions', 'queryDescriptions').filter(
    ({ queryType = 'PERSISTENT' }) => queryType === 'PERSISTENT',
  );
  const queries = Object.fromEntries(persistent.map(query));
  const sources = described.filter((entity) => entity['@type'] === 'sourceDescription');
  return {
    sources: Object.fromEntries(sources.map(source)),
    queries,
    groups: groupsOf(Object.keys(queries), sources),
    topics: rows(lists, 'kafka_topics', 'topics').map((row) => String(row.name)),
  };
};

/** Undefined when one of the names is gone. */
const describe = async (client: KsqlDbClient, names: string[], request: Request, signal: AbortSignal): Promise<Entity[] | undefined> => {
  if (names.length === 0) return [];
  const sql = names.map((name) => `DESCRIBE ${quote(name)} EXTENDED;`).join(' ');
  return client.read(sql, request, signal).catch((error: unknown) => {
    if (error instanceof Failure && /Could not find STREAM\/TABLE/i.test(error.message)) return undefined;
    throw error;
  });
};

/** Streams and tables of a script that a query fills, and whose query somebody has ended: the server keeps them, and calls all well. */
export const unfilled = (script: Script | undefined, { sources, queries }: World): string[] =>
  (script?.statements ?? []).flatMap(({ shape }) =>
    shape.type === 'create' && shape.query && sources[shape.name] && !Object.values(queries).some(({ sinks }) => sinks.includes(shape.name))
      ? [shape.name]
      : [],
  );

/** A name as it must be written so that its case is kept. */
export const quote = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

type Row = Record<string, unknown>;

const rows = (entities: Entity[], type: string, field: string): Row[] =>
  entities.filter((entity) => entity['@type'] === type).flatMap((entity) => entity[field] as Row[]);

const source = (entity: Entity): [string, SourceState] => {
  const described = entity.sourceDescription as { name: string; type: string; topic: string; statement: string };
  return [
    described.name,
    { object: described.type === 'TABLE' ? 'TABLE' : 'STREAM', topic: described.topic, statement: described.statement },
  ];
};

/** A group's name ends with the id of its query; what is before it is the cluster's. */
const groupsOf = (queries: string[], sources: Entity[]): { [query: string]: string } => {
  const groups = sources.flatMap(({ sourceDescription }) =>
    ((sourceDescription as { queryOffsetSummaries?: { groupId: string }[] }).queryOffsetSummaries ?? []).map(({ groupId }) => groupId),
  );
  return Object.fromEntries(
    queries.flatMap((id) => {
      const group = groups.find((each) => each.endsWith(`query_${id}`));
      return group === undefined ? [] : [[id, group]];
    }),
  );
};

const query = (row: Row): [string, QueryState] => {
  const { id, statementText, sinks, sources, ksqlHostQueryStatus, state, queryErrors } = row as {
    id: string;
    statementText: string;
    sinks?: string[];
    sources?: string[];
    ksqlHostQueryStatus?: Record<string, string>;
    state?: string;
    queryErrors?: { timestamp: number; errorMessage: string }[];
  };
  const errors = (queryErrors ?? []).map(({ timestamp, errorMessage }) => ({ timestamp, message: rootCause(errorMessage) }));
  return [
    id,
    {
      sql: statementText,
      sinks: sinks ?? [],
      sources: sources ?? [],
      states: Object.values(ksqlHostQueryStatus ?? (state ? { state } : {})),
      errors,
    },
  ];
};

/** Stack traces run to 8 kB; the reason is in the last `Caused by`. */
const rootCause = (trace: string): string => {
  const line =
    trace
      .split('\n')
      .filter((text, at) => at === 0 || text.startsWith('Caused by:'))
      .at(-1) ?? trace;
  return line.replace(/^Caused by: /, '').slice(0, 500);
};
