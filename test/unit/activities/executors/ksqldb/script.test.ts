import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readScript } from '../../../../../activities/executors/ksqldb/script.js';
import { anchored, isQueryId, queryIdOf } from '../../../../../activities/executors/ksqldb/query-id.js';
import { createText, statementDigest, undefinedVariables } from '../../../../../activities/executors/ksqldb/statement.js';
import type { Statement } from '../../../../../activities/executors/ksqldb/statement.js';

const read = (text: string) => readScript([{ file: 'app.sql', text }]);
const only = (text: string): Statement => {
  const { statements, findings } = read(text);
  expect(findings).toEqual([]);
  expect(statements).toHaveLength(1);
  return statements[0]!;
};
const rules = (text: string): string[] => read(text).findings.map(({ rule }) => rule);

describe('reading a ksqlDB script', () => {
  it('splits at ; outside of strings, quoted names and comments only', () => {
    const { statements } = read(`CREATE STREAM a (x VARCHAR) WITH (KAFKA_TOPIC='a;b''c');
/* ; */ CREATE STREAM \`b;\`\`\` (x INT) WITH (KAFKA_TOPIC='b'); -- it's ; over
CREATE TABLE "c;" AS SELECT * FROM a;`);
    expect(statements.map(({ shape }) => shape.type === 'create' && shape.name)).toEqual(['A', 'b;`', 'c;']);
    expect(statements[0]!.shape).toMatchObject({ topic: "a;b'c" });
  });

  it('does not lose the line behind a bare --, which the server would', () => {
    const { statements } = read(
      `--\nCREATE STREAM a (x INT) WITH (KAFKA_TOPIC='a');\n--\r\nCREATE STREAM b (x INT) WITH (KAFKA_TOPIC='b');`,
    );
    expect(statements).toHaveLength(2);
    expect(statements.every(({ text }) => !text.includes('--'))).toBe(true);
  });

  it('keeps lines and columns through comments, CRLF and a byte order mark', () => {
    const { statements } = read("\uFEFF-- one\r\n/* two\r\n*/  CREATE STREAM a (x INT) -- three\r\n WITH (KAFKA_TOPIC='a');");
    expect(statements[0]).toMatchObject({ line: 3, column: 5, file: 'app.sql' });
    expect(statements[0]!.text.split('\n')).toHaveLength(2);
  });

  it('folds SET and DEFINE into the statements behind them, over files too', () => {
    const { statements } = readScript([
      { text: "SET 'auto.offset.reset'='earliest'; DEFINE topic='t'; CREATE STREAM a (x INT) WITH (KAFKA_TOPIC='${topic}');" },
      { text: "UNSET 'auto.offset.reset'; UNDEFINE topic; CREATE STREAM b AS SELECT * FROM a;" },
    ]);
    expect(statements).toMatchObject([
      { index: 1, properties: { 'auto.offset.reset': 'earliest' }, variables: { topic: 't' }, shape: { topic: 't' } },
      { index: 2, properties: {}, variables: {} },
    ]);
  });

  it('fills what DEFINE and SET name when they stand there, as the server does, and nothing that is written with $$', () => {
    const { statements, findings } = read(`DEFINE p='x'; DEFINE t='\${p}-y'; DEFINE p='z'; SET 'auto.\${p}'='\${t}';
CREATE STREAM a (k INT) WITH (KAFKA_TOPIC='\${t}');
CREATE STREAM b (k INT) WITH (KAFKA_TOPIC='$\${t}');
UNSET 'auto.\${p}'; CREATE STREAM c (k INT) WITH (KAFKA_TOPIC='\${p}');`);
    expect(findings).toEqual([]);
    expect(statements).toMatchObject([
      { shape: { topic: 'x-y' }, properties: { 'auto.z': 'x-y' } },
      { shape: { topic: '$${t}' } },
      { shape: { topic: 'z' }, properties: {} },
    ]);
    expect(statements.flatMap(undefinedVariables)).toEqual([]);
  });

  it('knows which variables are open, through others too, and those that have the names of JavaScript', () => {
    const open = (text: string): string[] => read(text).statements.flatMap(undefinedVariables);
    expect(open("DEFINE t='${p}-x'; CREATE STREAM a WITH (KAFKA_TOPIC='${t}') AS SELECT * FROM b WHERE r = '${constructor}';")).toEqual([
      'p',
      'constructor',
    ]);
    expect(open("SET 'auto.offset.reset'='${where}'; CREATE STREAM a AS SELECT * FROM b;")).toEqual(['where']);
  });

  it('takes a variable for one of an earlier step when its value is', () => {
    const session = { properties: {}, variables: { id: '7' }, late: ['id'] };
    const text = "DEFINE t='${id}-x'; CREATE STREAM a WITH (KAFKA_TOPIC='${t}') AS SELECT * FROM b;";
    const [known, open] = [readScript([{ text }], session), readScript([{ text }], { ...session, variables: {}, late: [] })];
    expect(known.statements[0]!.late).toEqual(['id', 't']);
    expect(statementDigest(known.statements[0]!)).toBe(statementDigest(open.statements[0]!));
  });

  it.each([
    ['CREATE STREAM `${p}orders` AS SELECT * FROM b;', 'quoted-variable'],
    ['CREATE STREAM a AS SELECT "${p}" FROM b;', 'quoted-variable'],
    ['TERMINATE CLUSTER;', 'terminate-cluster'],
    ['terminate  /* x */ \n cluster ;', 'terminate-cluster'],
    ['TERMINATE --\nCLUSTER;', 'terminate-cluster'],
    ['TERMINATE ALL;', 'imperative'],
    ['SELECT * FROM a EMIT CHANGES;', 'query'],
    ["PRINT 't';", 'query'],
    ["RUN SCRIPT 'x';", 'cli'],
    ['SPOOL OFF;', 'cli'],
    ["CREATE SOURCE CONNECTOR x WITH ('a'='b');", 'connector'],
    ["CREATE SOURCE TABLE a (k INT PRIMARY KEY) WITH (KAFKA_TOPIC='a');", 'source'],
    ["CREATE OR REPLACE SOURCE STREAM a (k INT) WITH (KAFKA_TOPIC='a');", 'source'],
    ['DROP STREAM a DELETE TOPIC;', 'delete-topic'],
    ['drop stream if exists a delete topic;', 'delete-topic'],
    ['DROP STREAM a;', 'imperative'],
    ["INSERT INTO a (x) VALUES ('1');", 'insert-values'],
    ['LIST STREAMS;', 'read'],
    ['CREATE TYPE t AS STRUCT<a INT>;', 'type'],
    ['HELLO WORLD;', 'unknown'],
    [';', 'empty-statement'],
    ['CREATE STREAM a AS SELECT * FROM b', 'unfinished'],
    ["SET 'a' 'b';", 'session'],
    ['CREATE\u00A0STREAM a AS SELECT * FROM b;', 'character'],
    ["CREATE STREAM a (x INT) WITH (KAFKA_TOPIC='a);", 'character'],
    ['/* never closed', 'character'],
  ])('refuses %j', (text, rule) => {
    expect(rules(text)).toContain(`ksqldb/${rule}`);
  });

  it('says where', () => {
    expect(read('CREATE STREAM a AS SELECT * FROM b;\n\n  TERMINATE CLUSTER;').findings).toMatchObject([
      { file: 'app.sql', line: 3, message: expect.stringContaining('app.sql:3:3') },
    ]);
  });

  it('takes nothing and comments alone for an empty script', () => {
    for (const text of ['', ' \n', '-- nothing', '--', '/**/']) expect(read(text)).toEqual({ statements: [], findings: [] });
  });

  it('never throws and never loses a statement, whatever stands in strings and comments', () => {
    const piece = fc.stringMatching(/^[ -~\n]{0,30}$/);
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        const script = pieces.map(
          (text, at) =>
            `-- ${text.replaceAll('\n', ' ')}\nCREATE STREAM s${at} (x INT) WITH (KAFKA_TOPIC='${text.replaceAll("'", "''")}');`,
        );
        expect(read(script.join('\n')).statements.map(({ shape }) => shape.type === 'create' && shape.topic)).toEqual(
          pieces.map((text) => text),
        );
      }),
    );
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void read(text)));
  });
});

describe('what a statement means', () => {
  it('does not depend on layout, comments, case of keywords, and on what it says about existence', () => {
    const meant = statementDigest(only("CREATE STREAM a (x INT) WITH (KAFKA_TOPIC='a');"));
    for (const same of [
      "create stream A(x int)with(kafka_topic='a');",
      "CREATE OR REPLACE STREAM a (x INT) -- c\n WITH (KAFKA_TOPIC='a');",
      "CREATE STREAM IF NOT EXISTS a (x INT) WITH (KAFKA_TOPIC='a');",
    ])
      expect(statementDigest(only(same))).toBe(meant);
    for (const other of [
      "CREATE STREAM a (x INT) WITH (KAFKA_TOPIC='A');",
      "CREATE STREAM a (`x` INT) WITH (KAFKA_TOPIC='a');",
      "CREATE TABLE a (x INT) WITH (KAFKA_TOPIC='a');",
    ])
      expect(statementDigest(only(other))).not.toBe(meant);
  });

  it('is sent as a creation or a replacement, as the state asks', () => {
    const statement = only('CREATE /* c */ OR REPLACE\n TABLE  IF NOT EXISTS `x y` AS SELECT * FROM a;');
    expect(createText(statement, 'create')).toBe('CREATE TABLE `x y` AS SELECT * FROM a;');
    expect(createText(statement, 'replace')).toBe('CREATE OR REPLACE TABLE `x y` AS SELECT * FROM a;');
  });
});

describe('the id of an INSERT INTO', () => {
  const fqn = 'urn:dpds:org.test:dataproducts:track-and-trace:1';

  it('is the same for the same statement and another for another, and always one that ksqlDB takes', () => {
    const id = queryIdOf(only('INSERT INTO a SELECT * FROM b;'), fqn);
    expect(id).toMatch(/^STEWARD_TRACK_AND_TRACE_1_A_[0-9A-F]{12}$/);
    expect(isQueryId(id)).toBe(true);
    expect(['ALL', 'CLUSTER', 'CTAS_A', 'A B', ''].some(isQueryId)).toBe(false);
    expect(queryIdOf(only('insert into A\nselect * from B ;'), fqn)).toBe(id);
    expect(queryIdOf(only('INSERT INTO a SELECT * FROM c;'), fqn)).not.toBe(id);
  });

  it('is written in where it is missing', () => {
    expect(anchored(only('INSERT INTO a -- c\nSELECT * FROM b;'), 'ID')).toBe("INSERT INTO a WITH (QUERY_ID='ID')     \nSELECT * FROM b;");
    expect(anchored(only('INSERT INTO a WITH () SELECT * FROM b;'), 'ID')).toBe("INSERT INTO a WITH (QUERY_ID='ID') SELECT * FROM b;");
    const own = only("INSERT INTO a WITH (query_id = 'mine') SELECT * FROM b;");
    expect(queryIdOf(own, fqn)).toBe('MINE');
    expect(anchored(own, 'MINE')).toBe(own.text);
  });
});
