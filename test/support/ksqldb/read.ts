import { parseSql } from './sql.js';
import { Refused } from './state.js';
import type { ClusterState, Query } from './state.js';

/** The entity that a statement which only reads is answered with; undefined for those that yield none. Throws Refused for an ASSERT that does not hold. */
export const read = (sql: string, state: ClusterState): unknown => {
  const parsed = parseSql(sql);
  const answer = (type: string, rest: Record<string, unknown>): unknown => ({ '@type': type, statementText: sql, ...rest, warnings: [] });
  const queryRow = (id: string): unknown => {
    const { sql: queryString, sink, state: word } = state.queries.get(id)!;
    return {
      queryString,
      sinks: [sink],
      sinkKafkaTopics: [state.sources.get(sink)?.topic],
      id,
      statusCount: { [word]: 1 },
      queryType: 'PERSISTENT',
      state: 'RUNNING',
    };
  };
  if (parsed.type === 'describe') {
    const source = state.sources.get(parsed.name)!;
    const queries = [...state.queries.values()];
    const readQueries = queries.filter(({ from }) => from.includes(source.name)).map(({ id }) => queryRow(id));
    const writeQueries = queries.filter(({ sink }) => sink === source.name).map(({ id }) => queryRow(id));
    const { name, object: type, topic, statement } = source;
    return answer('sourceDescription', {
      sourceDescription: {
        name,
        type,
        topic,
        statement,
        readQueries,
        writeQueries,
        queryOffsetSummaries: queries
          .filter(({ sink }) => sink === source.name)
          .map(({ id }) => ({ groupId: `_confluent-ksql-trips_query_${id}`, topicSummaries: [] })),
        partitions: state.topics.get(topic) ?? 0,
        extended: true,
      },
    });
  }
  if (parsed.type === 'explain') return answer('queryDescription', { queryDescription: { id: parsed.name } });
  if (parsed.type === 'assert') {
    if (!state.topics.has(parsed.topic)) throw new Refused(41700, `Topic ${parsed.topic} does not exist`, true);
    return answer('assert_topic', { topicName: parsed.topic, exists: true });
  }
  if (parsed.type !== 'list') return undefined;
  if (parsed.what === 'TOPICS')
    return answer('kafka_topics', {
      topics: [...state.topics].map(([name, partitions]) => ({ name, replicaInfo: Array(partitions).fill(1) })),
    });
  const persistent = ({ id, sql: statementText, sink, from, errors, properties, state: word }: Query): unknown => ({
    id,
    statementText,
    sources: from,
    sinks: [sink],
    overriddenProperties: properties,
    ksqlHostQueryStatus: { ...(state.secondNode && { '127.0.0.1:18089': state.secondNode }), '127.0.0.1:18088': word },
    queryType: 'PERSISTENT',
    queryErrors: errors,
    state: 'RUNNING',
  });
  const watching = state.watched.map((name) => ({
    id: `transient_${name}_1`,
    statementText: `SELECT * FROM ${name} EMIT CHANGES;`,
    sources: [name],
    sinks: [],
    overriddenProperties: {},
    ksqlHostQueryStatus: { '127.0.0.1:18088': 'RUNNING' },
    queryType: 'PUSH',
    queryErrors: [],
    state: 'RUNNING',
  }));
  if (parsed.what === 'QUERIES' && parsed.extended)
    return answer('query_descriptions', {
      queryDescriptions: [...[...state.queries.values()].map(persistent), ...watching],
    });
  if (parsed.what === 'QUERIES') return answer('queries', { queries: [...state.queries.keys()].map(queryRow) });
  const object = parsed.what === 'STREAMS' ? 'STREAM' : 'TABLE';
  const rows = [...state.sources.values()].filter((source) => source.object === object);
  return answer(parsed.what.toLowerCase(), {
    [parsed.what.toLowerCase()]: rows.map(({ name, topic, valueFormat }) => ({
      type: object,
      name,
      topic,
      keyFormat: 'KAFKA',
      valueFormat,
      isWindowed: false,
    })),
  });
};
