import { describe, expect, it } from '@jest/globals';
import { readScript } from '../../../../../activities/executors/flink-sql/script.js';

const table = (name: string, connector = 'kafka'): string =>
  `CREATE TEMPORARY TABLE ${name} (\`a\` STRING) WITH ('connector' = '${connector}');\n`;
const read = (source: string): ReturnType<typeof readScript> => readScript([{ path: 'a.sql', source }]);
const job = `${table('t')}INSERT INTO t SELECT 'x';`;

describe('reading a script', () => {
  it('tells session statements from jobs', () => {
    const { statements, faults } = read(
      `SET 'parallelism.default' = '2';\n${table('s')}CREATE TEMPORARY VIEW v AS SELECT * FROM s;\n${job}`,
    );
    expect(faults).toEqual([]);
    expect(statements.map(({ kind }) => kind)).toEqual(['set', 'table', 'view', 'table', 'insert']);
  });

  it.each([
    ['SELECT * FROM t', 'SELECT'],
    ['DROP TABLE t', 'DROP TABLE'],
    ["STOP JOB 'abc' WITH SAVEPOINT", 'STOP JOB'],
    ["ADD JAR '/tmp/x.jar'", 'ADD JAR'],
    ['CREATE TABLE t (a INT)', 'CREATE TABLE'],
    ['CREATE CATALOG c WITH ()', 'CREATE CATALOG'],
    ['INSERT OVERWRITE t SELECT 1', 'INSERT OVERWRITE'],
    ['USE CATALOG c', 'USE CATALOG'],
    ['/* hidden */ dRoP\n-- more\nTABLE t', 'DROP TABLE'],
    ["CREATE TEMPORARY FUNCTION f AS 'x.F' USING JAR 'http://a/b.jar'", 'no jar'],
    ["SET 'pipeline.name' = 'mine'", 'belongs to the platform'],
    ["SET 'execution.savepoint.path' = '/x'", 'belongs to the platform'],
    ["SET 'pipeline.jars' = '/x'", 'belongs to the platform'],
    ['SET a = b', 'single quotes'],
    ["CREATE TEMPORARY TABLE f (a STRING) WITH ('connector' = 'filesystem', 'path' = '/etc')", 'filesystem is not allowed'],
    ["CREATE TEMPORARY TABLE f (a STRING) WITH ('format' = 'json')", 'no connector'],
    ['EXECUTE STATEMENT SET BEGIN DROP TABLE t; END', 'INSERT INTO statements only'],
  ])('refuses %s, with its line', (statement, message) => {
    expect(read(`${job}\n\n${statement};\n`).faults).toEqual([
      expect.objectContaining({ message: expect.stringContaining(message), file: 'a.sql', line: 4 }),
    ]);
  });

  it('refuses variables outside of strings: they could become code', () => {
    expect(read(`${job}\nINSERT INTO t SELECT \${x} FROM \`\${y}\`;`).faults.map(({ rule }) => rule)).toEqual(['variable', 'variable']);
  });

  it('refuses a script that runs nothing', () => {
    expect(read(table('t')).faults).toMatchObject([{ rule: 'no-job' }]);
  });

  it('reads the columns behind a computed one that compares', () => {
    const columns = 'a INT, large AS a > 1, small AS a < 2, other AS a <> 3, m MAP<STRING, ARRAY<INT>>, b DECIMAL(3, 1)';
    const [statement] = read(`CREATE TEMPORARY TABLE k (${columns}) WITH ('connector' = 'kafka');${job}`).statements;
    expect(statement?.kind === 'table' && statement.table?.columns).toEqual(['a', 'm', 'b']);
  });

  it('reads columns and options of a table', () => {
    const { statements } = read(`CREATE TEMPORARY TABLE IF NOT EXISTS k (
      \`id\` STRING NOT NULL, m MAP<STRING, ROW<a INT, b DECIMAL(10, 2)>>, c AS UPPER(id), o BIGINT METADATA VIRTUAL,
      WATERMARK FOR t AS t, PRIMARY KEY (\`id\`) NOT ENFORCED
    ) WITH ('connector' = 'upsert-kafka', 'topic' = 'x''y');\n${job}`);
    const [statement] = statements;
    expect(statement?.kind === 'table' && statement.table).toMatchObject({ name: 'k', columns: ['id', 'm'], primaryKey: ['id'] });
    expect(statement?.kind === 'table' && statement.table?.options.get('topic')).toBe("x'y");
  });
});
