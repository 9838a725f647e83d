import { nameOf, parseSql } from './sql.js';
import type { Parsed } from './sql.js';

/** What the stand-in keeps, as the recordings show it. */
export interface Source {
  name: string;
  object: 'STREAM' | 'TABLE';
  topic: string;
  valueFormat: string;
  columns: string[];
  statement: string;
  /** The query that builds it (CREATE ... AS). */
  query?: string;
  select?: { text: string; from: string[]; columns: string[] };
}
export interface Query {
  id: string;
  sql: string;
  sink: string;
  from: string[];
  state: 'RUNNING' | 'PAUSED';
  insert: boolean;
  errors: { timestamp: number; errorMessage: string; type: string }[];
  properties: Record<string, string>;
}
export interface Status {
  status: string;
  message: string;
  queryId: string | null;
}
/** A refusal, in the words and with the code of the server. `bare` = generic_error without statementText. */
export class Refused extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly bare = false,
  ) {
    super(message);
  }
}

export interface Outcome {
  commandId: string;
  status: Status;
}

type Create = Extract<Parsed, { type: 'create' }>;

/** Streams, tables, queries, statuses; topics and subjects as far as statements meet them. */
export class ClusterState {
  topics = new Map<string, number>();
  /** Subjects with a schema that is not ksqlDB's own; `compatible` = the registry would take ksqlDB's beside it. */
  subjects = new Map<string, { compatible: boolean }>();
  sources = new Map<string, Source>();
  queries = new Map<string, Query>();
  statuses = new Map<string, Status>();
  /** Names that somebody watches by a SELECT ... EMIT CHANGES (f6). */
  watched: string[] = [];
  /** Another node's word for every query (n-two-nodes); left out = there is one node. */
  secondNode?: 'RUNNING' | 'UNRESPONSIVE';
  /** The schema registry refuses connections (f5). */
  registryAway = false;
  /** Of the last command; the first is 0, each takes two offsets. */
  sequence = -2;
  /** Of the last command that was no PAUSE or RESUME: ids of queries are counted from it. */
  idBase = -2;

  /** A copy to validate against: what happens there happens nowhere. */
  sandbox(): ClusterState {
    const copy = new ClusterState();
    copy.topics = new Map(this.topics);
    copy.sources = new Map([...this.sources].map(([name, source]) => [name, { ...source }]));
    copy.queries = new Map([...this.queries].map(([id, query]) => [id, { ...query }]));
    copy.registryAway = this.registryAway;
    copy.idBase = this.idBase;
    copy.sequence = this.sequence;
    return copy;
  }

  /** Does what one DDL statement says, or throws Refused. `real` false = only validated: the registry is not asked. */
  run(sql: string, properties: Record<string, string>, real: boolean): Outcome | 'exists' {
    const parsed = parseSql(sql);
    switch (parsed.type) {
      case 'create':
        return this.create(parsed, sql, properties, real);
      case 'insert':
        return this.insert(parsed, sql, properties);
      case 'drop':
        return this.drop(parsed);
      case 'command':
        return this.command(parsed);
      case 'alter':
        return this.alter(parsed);
      default:
        throw new Error(`${parsed.type} is no DDL`);
    }
  }

  private create(parsed: Create, sql: string, properties: Record<string, string>, real: boolean): Outcome | 'exists' {
    const { name, object, select, replace } = parsed;
    const kind = object.toLowerCase();
    for (const source of select?.from ?? [])
      if (!this.sources.has(source)) throw new Refused(40001, `Exception while preparing statement: ${source} does not exist.`);
    const topic = this.topicFor(parsed);
    const there = this.sources.get(name);
    if (there !== undefined && parsed.ifNotExists) return 'exists';
    if (there !== undefined && !replace) {
      const clash = `Cannot add ${kind} '${name}': A ${there.object.toLowerCase()} with the same name already exists`;
      throw new Refused(40001, select ? `Could not determine output schema for query due to error: ${clash}` : clash);
    }
    if (there !== undefined) this.upgradeable(there, parsed, topic);
    const valueFormat = parsed.properties.VALUE_FORMAT ?? (select ? this.sources.get(select.from[0]!)!.valueFormat : 'JSON');
    if (this.registryAway && valueFormat === 'AVRO') {
      const reason = 'Could not connect to the server. Please check the server details are\n\tcorrect and that the server is running.';
      if (select === undefined) throw new Refused(40001, `Could not get latest schema for subject ${topic}-value\nCaused by: ${reason}`);
      const registering = 'Could not register schema for topic: ';
      if (real) throw new Refused(40001, `${registering}${registering}Connection refused`);
    }
    if (real && valueFormat === 'AVRO' && parsed.properties.VALUE_SCHEMA_ID === undefined) this.register(topic, select !== undefined);

    const id = select === undefined ? undefined : (there?.query ?? `C${object[0]}AS_${name}_${this.idBase + 1}`);
    const statement = this.worded(parsed, sql, topic);
    if (id !== undefined && select)
      this.queries.set(id, { id, sql: statement, sink: name, from: select.from, state: 'RUNNING', insert: false, errors: [], properties });
    const query = id ?? there?.query;
    this.sources.set(name, {
      name,
      object,
      topic,
      valueFormat,
      columns: parsed.columns,
      statement,
      ...(query ? { query } : {}),
      ...(select ? { select } : {}),
    });
    const message = id ? `Created query with ID ${id}` : `${object === 'STREAM' ? 'Stream' : 'Table'} created`;
    return { commandId: `${kind}/\`${name}\`/create`, status: { status: 'SUCCESS', message, queryId: id ?? null } };
  }

  private topicFor({ name, properties, select }: Create): string {
    const topic = properties.KAFKA_TOPIC ?? name;
    const has = this.topics.get(topic);
    const asked = properties.PARTITIONS === undefined ? undefined : Number(properties.PARTITIONS);
    const wanted = asked ?? (select ? this.topics.get(this.sources.get(select.from[0]!)!.topic) : undefined);
    if (Number(properties.REPLICAS ?? 1) > 1)
      throw new Refused(
        50000,
        `Failed to guarantee existence of topic ${topic}\nCaused by: Unable to replicate the partition ${properties.REPLICAS} time(s): only 1 broker(s) are registered.`,
      );
    if (has === undefined && wanted === undefined)
      throw new Refused(
        40000,
        `Topic '${topic}' does not exist. If you want to create a new topic for the stream/table please re-run the statement providing the required 'PARTITIONS' configuration in the WITH clause`,
        true,
      );
    if (has !== undefined && wanted !== undefined && has !== wanted)
      throw new Refused(
        50000,
        `A Kafka topic with the name '${topic}' already exists, with different partition/replica/retention configuration than required. KSQL expects ${wanted} partitions (topic has ${has}), 1 replication factor (topic has 1)`,
      );
    if (has === undefined) this.topics.set(topic, wanted!);
    return topic;
  }

  private register(topic: string, sink: boolean): void {
    const subject = `${topic}-value`;
    const there = this.subjects.get(subject);
    if (there === undefined) this.subjects.set(subject, { compatible: true });
    else if (sink && !there.compatible)
      throw new Refused(
        40001,
        `Could not register schema for topic: Could not register schema for topic: Schema being registered is incompatible with an earlier schema for subject "${subject}"; error code: 409`,
      );
  }

  private upgradeable(there: Source, next: Create, topic: string): void {
    const { name, select } = next;
    const cannot = (what: string): Refused => new Refused(40001, `Cannot upgrade data source: DataSource '\`${name}\`' has ${what}`);
    if (there.object !== next.object) throw cannot(`type = K${there.object} which is not upgradeable to K${next.object}`);
    if (there.topic !== topic || (next.properties.VALUE_FORMAT ?? there.valueFormat) !== there.valueFormat)
      throw cannot(`topic = KsqlTopic{kafkaTopicName='${there.topic}'} which is not upgradeable`);
    if (select === undefined || there.select === undefined) {
      if (there.select === undefined && there.columns.some((column, at) => next.columns[at] !== column))
        throw cannot(`schema = ${there.columns.join(', ')} which is not upgradeable to ${next.columns.join(', ')}`);
      return;
    }
    const writers = [...this.queries.values()].filter(({ sink }) => sink === name).map(({ id }) => id);
    if (writers.length > 1)
      throw new Refused(
        40001,
        `Could not determine output schema for query due to error: REPLACE for sink \`${name}\` is not supported because there are multiple queries writing into it: [${writers.join(', ')}]`,
      );
    if (/\bWINDOW\b/i.test(select.text) !== /\bWINDOW\b/i.test(there.select.text))
      throw cannot('topic = KsqlTopic{...} which is not upgradeable');
    if (/\bJOIN\b/i.test(select.text)) throw new Refused(40000, 'Upgrades not yet supported for StreamTableJoin', true);
    if (/\bGROUP BY\b/i.test(select.text)) {
      // Of an aggregation only WHERE may change.
      const but = (text: string): string =>
        text
          .replace(/\bWHERE\b.*?(?=\bGROUP BY\b)/i, '')
          .replace(/\s*EMIT CHANGES/i, '')
          .replace(/\s+/g, ' ');
      if (but(select.text) !== but(there.select.text))
        throw new Refused(40000, 'Query is not upgradeable. Plan step of type StreamAggregate must have matching columns', true);
    } else if (there.select.columns.some((column, at) => select.columns[at] !== column))
      throw cannot(`schema which is not upgradeable: ${there.select.columns.join()} to ${select.columns.join()}`);
  }

  private insert(parsed: Extract<Parsed, { type: 'insert' }>, sql: string, properties: Record<string, string>): Outcome {
    for (const source of [...parsed.select.from, parsed.target])
      if (!this.sources.has(source)) throw new Refused(40001, `Exception while preparing statement: ${source} does not exist.`);
    const { queryId } = parsed;
    if (queryId !== undefined && /^(INSERTQUERY_|CTAS_|CSAS_|CST_)/.test(queryId))
      throw new Refused(
        40001,
        `Query IDs must not start with a reserved query ID prefix (INSERTQUERY_, CTAS_, CSAS_, CST_). Got '${queryId}'.`,
      );
    if (queryId !== undefined && !/^\w+$/.test(queryId))
      throw new Refused(40001, `Query IDs may contain only alphanumeric characters and '_'. Got: '${queryId}'`);
    if (queryId !== undefined && this.queries.has(queryId)) throw new Refused(40001, `Query ID '${queryId}' already exists.`);
    const id = queryId ?? `INSERTQUERY_${this.idBase + 1}`;
    this.queries.set(id, {
      id,
      sql,
      sink: parsed.target,
      from: parsed.select.from,
      state: 'RUNNING',
      insert: true,
      errors: [],
      properties,
    });
    return {
      commandId: `stream/\`${parsed.target}\`/create`,
      status: { status: 'SUCCESS', message: `Created query with ID ${id}`, queryId: id },
    };
  }

  private drop({ name, object, ifExists, deleteTopic }: Extract<Parsed, { type: 'drop' }>): Outcome {
    const commandId = `${object.toLowerCase()}/${name}/drop`;
    const there = this.sources.get(name);
    if (there === undefined) {
      if (!ifExists) throw new Refused(40001, `${object === 'STREAM' ? 'Stream' : 'Table'} ${name} does not exist.`);
      return { commandId, status: { status: 'SUCCESS', message: `Source \`${name}\` does not exist.`, queryId: null } };
    }
    if (there.object !== object)
      throw new Refused(
        40001,
        `Incompatible data source type is ${there.object.toLowerCase()}, but statement was DROP ${object.toLowerCase()}`,
      );
    const inserts = [...this.queries.values()].filter(({ insert }) => insert);
    const readers = inserts.filter(({ from }) => from.includes(name)).map(({ id }) => id);
    const writers = inserts.filter(({ sink }) => sink === name).map(({ id }) => id);
    if (readers.length + writers.length > 0)
      throw new Refused(
        40001,
        `Cannot drop ${name}.\nThe following queries read from this source: [${readers.join(', ')}].\nThe following queries write into this source: [${writers.join(', ')}].\nYou need to terminate them before dropping ${name}.`,
      );
    const derived = [...this.sources.values()].filter(({ select }) => select?.from.includes(name)).map((source) => source.name);
    if (derived.length > 0)
      throw new Refused(
        40001,
        `Cannot drop ${name}.\nThe following streams and/or tables read from this source: [${derived.join(', ')}].\nYou need to drop them before dropping ${name}.`,
      );
    if (there.query) this.queries.delete(there.query);
    this.sources.delete(name);
    if (deleteTopic) {
      this.topics.delete(there.topic);
      this.subjects.delete(`${there.topic}-value`);
    }
    return { commandId, status: { status: 'SUCCESS', message: `Source \`${name}\` (topic: ${there.topic}) was dropped.`, queryId: null } };
  }

  private command({ verb, id }: Extract<Parsed, { type: 'command' }>): Outcome {
    const meant = id === 'ALL' ? [...this.queries.values()] : [this.queries.get(nameOf(id))].flatMap((query) => query ?? []);
    if (id !== 'ALL' && meant.length === 0) throw new Refused(40001, `Unknown queryId: ${id}`);
    for (const query of meant) {
      if (verb === 'TERMINATE') this.queries.delete(query.id);
      else query.state = verb === 'PAUSE' ? 'PAUSED' : 'RUNNING';
    }
    const done = { TERMINATE: 'terminated', PAUSE: 'paused', RESUME: 'resumed' }[verb];
    return { commandId: `${verb.toLowerCase()}/${id}/execute`, status: { status: 'SUCCESS', message: `Query ${done}.`, queryId: null } };
  }

  private alter({ name, object, columns }: Extract<Parsed, { type: 'alter' }>): Outcome {
    const there = this.sources.get(name);
    if (there === undefined) throw new Refused(40001, `Source ${name} does not exist.`);
    if (there.object !== object)
      throw new Refused(40001, `Incompatible data source type is ${there.object}, but statement was ALTER ${object}`);
    if (there.query) throw new Refused(40001, 'ALTER command is not supported for CREATE ... AS statements.');
    const label = (column: string): string => column.split(' ')[0]!;
    const twice = columns.find((column) => there.columns.some((old) => label(old) === label(column)));
    if (twice) throw new Refused(40001, `Cannot add column ${label(twice)} to schema. A column with the same name already exists.`);
    there.columns = [...there.columns, ...columns];
    return {
      commandId: `${object.toLowerCase()}/${name}/alter`,
      status: { status: 'SUCCESS', message: `${object === 'STREAM' ? 'Stream' : 'Table'} ${name} altered.`, queryId: null },
    };
  }

  /** The server never keeps the words it was sent; how it words them is only hinted at here. */
  private worded({ name, object, replace, columns, properties, select }: Create, _sql: string, topic: string): string {
    const partitions = String(this.topics.get(topic) ?? 1);
    const all = {
      CLEANUP_POLICY: object === 'TABLE' ? 'compact' : 'delete',
      KAFKA_TOPIC: topic,
      ...properties,
      ...(select ? { PARTITIONS: partitions, REPLICAS: '1', RETENTION_MS: '604800000' } : {}),
    };
    const list = Object.entries(all)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key}=${/^\d+$/.test(value) ? value : `'${value}'`}`);
    const head = `CREATE ${replace ? 'OR REPLACE ' : ''}${object} ${name}${columns.length ? ` (${columns.join(', ')})` : ''} WITH (${list.join(', ')})`;
    return `${head}${select ? ` AS ${select.text}${/EMIT CHANGES/i.test(select.text) ? '' : '\nEMIT CHANGES'}` : ''};`;
  }
}
