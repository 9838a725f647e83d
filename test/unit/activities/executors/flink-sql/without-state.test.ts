import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { WithoutState } from '../../../../../activities/executors/flink-sql/without-state.js';
import { jobsOfScript } from '../../../../support/flink-jobs.js';

/** What becomes of each job of a script without the state of its former. */
const without = (source: string): WithoutState[] => jobsOfScript(source, { topic_prefix: '' }).map((job) => job.without);

const table = (name: string, options: { [option: string]: string } = {}): string => {
  const all = { connector: 'kafka', topic: name, format: 'json', 'properties.group.id': 'g', ...options };
  return `CREATE TEMPORARY TABLE ${name} (a STRING, b INT) WITH (${Object.entries(all)
    .map(([option, value]) => `'${option}' = '${value}'`)
    .join(', ')});\n`;
};
const tables = table('s') + table('r') + table('x');
const committed = { stateful: false, goesOn: true, begins: 'from the committed offsets' };

describe('what becomes of a job without the state of its former', () => {
  it.each([
    'INSERT INTO x SELECT a, b FROM s',
    "INSERT INTO x (a, b) SELECT UPPER(a) AS a, b + 1 FROM s AS e WHERE b IN (1, 2) AND (a LIKE 'x%' OR CHAR_LENGTH(a) > 3)",
    "INSERT INTO x SELECT a, CAST(b AS DECIMAL(3, 1)) FROM s /*+ OPTIONS('scan.startup.mode' = 'group-offsets') */ t WHERE b > 0",
    'CREATE TEMPORARY VIEW v AS SELECT a, b FROM s WHERE b > 0; INSERT INTO x SELECT a, b FROM v',
    'CREATE TEMPORARY TABLE l LIKE s; INSERT INTO x SELECT a, b FROM l',
  ])('is certainly one without state, that goes on behind the committed offsets: %s', (statement) => {
    expect(without(tables + statement)).toEqual([committed]);
  });

  it.each([
    'INSERT INTO x SELECT s.a, r.b FROM s, r WHERE s.a = r.a',
    'INSERT INTO x SELECT e.a, f.b FROM s AS e, s AS f',
    'INSERT INTO x SELECT a, b FROM s WHERE a IN (SELECT a FROM r)',
    'INSERT INTO x SELECT a, b FROM s WHERE EXISTS (SELECT 1 FROM r WHERE r.a = s.a)',
    'INSERT INTO x SELECT s.a, r.b FROM s JOIN r ON s.a = r.a',
    'INSERT INTO x SELECT ARRAY_AGG(a)[1], 1 FROM s',
    'INSERT INTO x SELECT JSON_ARRAYAGG(a), 1 FROM s',
    'INSERT INTO x SELECT MAX(a), SINGLE_VALUE(b) FROM s',
    'INSERT INTO x SELECT `ARRAY_AGG`(a), 1 FROM s',
    'INSERT INTO x SELECT DISTINCT a, b FROM s',
    'INSERT INTO x SELECT a, b FROM s LIMIT 3',
    'INSERT INTO x SELECT a, b FROM s UNION ALL SELECT a, b FROM r',
    "INSERT INTO x SELECT a, b FROM TABLE(TUMBLE(TABLE s, DESCRIPTOR(a), INTERVAL '1' HOUR))",
    'CREATE TEMPORARY VIEW v AS SELECT a, SUM(b) AS b FROM s GROUP BY a; INSERT INTO x SELECT a, b FROM v',
    "CREATE TEMPORARY FUNCTION UPPER AS 'org.test.Longest'; INSERT INTO x SELECT UPPER(a), 1 FROM s",
    'INSERT INTO x SELECT a, b FROM of_the_platform.db.t',
    "SET 'table.exec.sink.upsert-materialize' = 'FORCE'; INSERT INTO x SELECT a, b FROM s",
    `${table('u', { connector: 'upsert-kafka' })}INSERT INTO x SELECT a, b FROM u`,
    `${table('d', { format: 'debezium-json' })}INSERT INTO x SELECT a, b FROM d`,
  ])('may keep state: %s', (statement) => {
    expect(without(tables + statement)).toMatchObject([{ stateful: true }]);
  });

  it.each([
    [{ 'scan.startup.mode': 'earliest-offset' }, 'from the first record, so that rows come a second time'],
    [{ 'scan.startup.mode': 'latest-offset' }, 'from the newest record, so that what came meanwhile is missed'],
    [{ 'scan.startup.mode': 'timestamp' }, 'from where its table says (timestamp)'],
    [{ 'properties.commit.offsets.on.checkpoint': 'false' }, 'from where its consumer group says, under which it commits nothing'],
    [{ connector: 'upsert-kafka' }, 'from the first record, so that rows come a second time'],
    [{ connector: 'datagen', 'fields.b.kind': 'sequence' }, 'from the first number of its sequence'],
  ])('does not go on behind the committed offsets with %j', (options: { [option: string]: string }, begins) => {
    const statement = 'INSERT INTO x SELECT a, b FROM n;';
    expect(without(table('n', options) + table('x') + statement)).toMatchObject([{ goesOn: false, begins }]);
  });

  it('takes a hint for what it says, and no group for none', () => {
    const source = "CREATE TEMPORARY TABLE n (a STRING, b INT) WITH ('connector' = 'kafka', 'topic' = 't', 'format' = 'json');\n";
    const insert = (hint: string): string => `${source}${table('x')}INSERT INTO x SELECT a, b FROM n ${hint}`;
    expect(without(insert(''))).toMatchObject([{ goesOn: false }]);
    expect(without(insert("/*+ OPTIONS('properties.group.id' = 'h') */"))).toEqual([committed]);
    expect(without(insert("/*+ OPTIONS('properties.group.id' = 'h', 'scan.startup.mode' = 'latest-offset') */"))).toMatchObject([
      { stateful: false, goesOn: false },
    ]);
  });

  it('names what each of several sources does', () => {
    const script = `${table('r', { 'scan.startup.mode': 'latest-offset' })}${table('s')}${table('x')}INSERT INTO x SELECT s.a, r.b FROM s JOIN r ON s.a = r.a`;
    expect(without(script)).toMatchObject([
      { goesOn: false, begins: 'from the newest record, so that what came meanwhile is missed and from the committed offsets' },
    ]);
  });

  it.each(['1.0.0', '1.1.0', '2.0.0'])('knows the jobs of the example for what they are: %s', (version) => {
    const folder = `examples/track-and-trace/${version}/sql/flink`;
    const script = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
    expect(without(script.join('\n'))).toEqual([committed, committed]);
  });
});
