import { describe, expect, it } from '@jest/globals';
import { namesOf } from '../../../../../activities/executors/ksqldb/rehearsal.js';
import { readScript } from '../../../../../activities/executors/ksqldb/script.js';

const names = (text: string, variables: Record<string, string> = {}): string[] =>
  readScript([{ file: 'app.sql', text }], { properties: {}, variables, late: [] }).statements.flatMap((statement) =>
    namesOf({ kind: statement.shape.type === 'insert' ? 'insert' : 'create', statement }).map(({ kind, name }) => `${kind}: ${name}`),
  );

describe('the names that a ksqlDB script gives', () => {
  it('are those of streams and tables, and of topics that it makes', () => {
    expect(
      names(
        "CREATE STREAM `p-a` (x INT) WITH (KAFKA_TOPIC='in', VALUE_FORMAT='JSON');\nCREATE TABLE `p-b` WITH (KAFKA_TOPIC='p-b') AS SELECT x, COUNT(*) FROM `p-a` GROUP BY x;",
      ),
    ).toEqual(['stream or table: p-a', 'stream or table: p-b', 'topic: p-b']);
    expect(names("CREATE STREAM a (x INT) WITH (KAFKA_TOPIC='t', PARTITIONS=1, VALUE_FORMAT='JSON');")).toContain('topic: t');
  });

  it('have their variables filled in, and are marked where an earlier step has still to say', () => {
    const text = "CREATE STREAM `a` WITH (KAFKA_TOPIC='${topic_prefix}a') AS SELECT * FROM s;";
    expect(names(text, { topic_prefix: 'p-' })).toContain('topic: p-a');
    expect(names(text)).toContain('topic: (known after topic_prefix)a');
  });

  it('are the stream that is written to, and a query id that was chosen', () => {
    expect(names("INSERT INTO a WITH (QUERY_ID='MINE') SELECT * FROM b;")).toEqual(['stream or table: A', 'query: MINE']);
    expect(names('INSERT INTO a SELECT * FROM b;')).toEqual(['stream or table: A']);
  });
});
