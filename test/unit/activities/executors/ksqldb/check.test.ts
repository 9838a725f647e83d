import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { check } from '../../../../../activities/executors/ksqldb/check.js';
import type { Json } from '../../../../../lifecycle/digest.js';
import { executorWorld, task } from '../../../../support/executor-world.js';
import { ksqlDbEnvironment } from '../../../../support/ksqldb/step.js';

const world = executorWorld(ksqlDbEnvironment('http://127.0.0.1:1'));
const start = { streamsProperties: { 'auto.offset.reset': 'earliest' } };
const findings = async (files: { [path: string]: string }, configurations: { [name: string]: Json } = {}, path = 'sql') =>
  (
    await check(world.deps, task({ service: 'ksqldb', bundle: world.bundle(files), path, configurations: { ...start, ...configurations } }))
  ).map(({ rule }) => rule.replace('ksqldb/', ''));
const good = "CREATE STREAM a (x INT) WITH (KAFKA_TOPIC='${prefix}a');";

describe('checking a ksqlDB task without a server', () => {
  it('finds nothing in the example, and takes its scripts from the folder of this engine', async () => {
    for (const version of ['1.0.0', '1.1.0', '2.0.0']) {
      const folder = join(import.meta.dirname, '../../../../../examples/track-and-trace', version, 'sql');
      const files = ['flink', 'ksqldb'].flatMap((engine) =>
        readdirSync(join(folder, engine)).map((name) => [`sql/${engine}/${name}`, readFileSync(join(folder, engine, name), 'utf8')]),
      );
      const faults = await findings(Object.fromEntries(files), { topic_prefix: '${env:TOPIC_PREFIX}' });
      expect(faults).toEqual([]);
    }
  });

  it.each<[string, { [path: string]: string }, { [name: string]: Json }, string]>([
    ['a secret in a variable', { 'sql/a.sql': good }, { prefix: '${secret:PASSWORD}' }, 'secret'],
    ['a reference in the script', { 'sql/a.sql': good.replace('${prefix}', '${env:PREFIX}') }, {}, 'reference'],
    ['a variable that is no text', { 'sql/a.sql': good }, { prefix: ['a'] }, 'variable'],
    ['a variable that nobody gives', { 'sql/a.sql': good.replace('prefix', 'perfix') }, { prefix: '' }, 'variable-unknown'],
    [
      'a property that nobody gives',
      { 'sql/a.sql': "SET 'auto.offset.reset'='${where}'; CREATE STREAM b AS SELECT * FROM a;" },
      {},
      'variable-unknown',
    ],
    [
      'a port as a variable whose name cannot be one',
      { 'sql/a.sql': good.replace('prefix', 'schema_id_trip-status') },
      {},
      'variable-name',
    ],
    ['properties that are no object', { 'sql/a.sql': good }, { prefix: '', streamsProperties: 'earliest' }, 'properties'],
    ['a name made twice, over files', { 'sql/a.sql': good, 'sql/b.sql': good }, { prefix: '' }, 'twice'],
    ['a query id that ksqlDB keeps for itself', { 'sql/a.sql': "INSERT INTO a WITH (QUERY_ID='CTAS_A') SELECT * FROM b;" }, {}, 'query-id'],
    ['a query id that would end every query', { 'sql/a.sql': "INSERT INTO a WITH (QUERY_ID='cluster') SELECT * FROM b;" }, {}, 'query-id'],
    [
      'a sink whose schema would be of ksqlDB itself',
      { 'sql/a.sql': "CREATE STREAM b WITH (VALUE_FORMAT='avro') AS SELECT * FROM a;" },
      {},
      'schema-of-its-own',
    ],
    [
      'a sink that takes the format of what it reads, over several statements in any order',
      {
        'sql/a.sql':
          "CREATE STREAM c AS SELECT * FROM b JOIN d WITHIN 1 HOUR ON b.k = d.k; CREATE STREAM b WITH (KAFKA_TOPIC='b', VALUE_SCHEMA_ID=7) AS SELECT * FROM a; CREATE STREAM a (k INT KEY) WITH (KAFKA_TOPIC='a', FORMAT='AVRO');",
      },
      {},
      'schema-of-its-own',
    ],
    ['no script', { 'sql/readme.md': 'x' }, {}, 'script'],
    ['a script without statements', { 'sql/a.sql': '-- later' }, {}, 'empty'],
  ])('finds %s', async (_, files, configurations, rule) => {
    expect(await findings(files, configurations)).toEqual([rule]);
  });

  it('has nothing to say of a sink that keeps to the schema of a port, or has none', async () => {
    const sinks = ["VALUE_FORMAT='AVRO', VALUE_SCHEMA_ID=${schema_id_b}", "VALUE_FORMAT='JSON'", "KAFKA_TOPIC='b'"];
    for (const properties of sinks)
      expect(await findings({ 'sql/a.sql': `CREATE STREAM b WITH (${properties}) AS SELECT * FROM a;` })).toEqual([]);
    const json = "CREATE STREAM a (k INT KEY) WITH (KAFKA_TOPIC='a', VALUE_FORMAT='JSON');";
    expect(await findings({ 'sql/a.sql': `${json} CREATE STREAM b AS SELECT * FROM a;` })).toEqual([]);
  });

  it('warns of a query that leaves its beginning to the server', async () => {
    const query = 'CREATE STREAM b AS SELECT * FROM a;';
    const rules = (text: string) => findings({ 'sql/a.sql': text }, { streamsProperties: {} });
    expect(await rules(`${query}\nINSERT INTO c SELECT * FROM a;`)).toEqual(['start', 'start']);
    expect(await rules(good.replace('${prefix}', ''))).toEqual([]);
    expect(await rules(`SET 'auto.offset.reset'='latest'; ${query}`)).toEqual([]);
    expect(await rules(`SET 'auto.offset.reset'='latest'; UNSET 'auto.offset.reset'; ${query}`)).toEqual(['start']);
  });

  it('says what to write for a port whose name cannot be a variable, and where', async () => {
    const files = { 'sql/a.sql': `\n${good.replace('prefix', 'schema_id_trip-status')}` };
    const [finding] = await check(world.deps, task({ service: 'ksqldb', bundle: world.bundle(files), path: 'sql' }));
    expect(finding).toMatchObject({ line: 2, file: 'sql/a.sql', hint: expect.stringContaining('${schema_id_trip_status}') });
  });

  it('takes one file by its path', async () => {
    expect(await findings({ 'sql/a.ksql': good }, { prefix: '' }, 'sql/a.ksql')).toEqual([]);
  });
});
