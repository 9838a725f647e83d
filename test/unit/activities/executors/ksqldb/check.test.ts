import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { check } from '../../../../../activities/executors/ksqldb/check.js';
import type { Json } from '../../../../../lifecycle/digest.js';
import { executorWorld, task } from '../../../../support/executor-world.js';
import { ksqlDbEnvironment } from '../../../../support/ksqldb/step.js';

const world = executorWorld(ksqlDbEnvironment('http://127.0.0.1:1'));
const findings = async (files: { [path: string]: string }, configurations: { [name: string]: Json } = {}, path = 'sql') =>
  (await check(world.deps, task({ service: 'ksqldb', bundle: world.bundle(files), path, configurations }))).map(({ rule }) =>
    rule.replace('ksqldb/', ''),
  );
const good = "CREATE STREAM a (x INT) WITH (KAFKA_TOPIC='${prefix}a');";

describe('checking a ksqlDB task without a server', () => {
  it('finds nothing in the example, and takes its scripts from the folder of this engine', async () => {
    for (const version of ['1.0.0', '1.1.0']) {
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
    ['properties that are no object', { 'sql/a.sql': good }, { prefix: '', streamsProperties: 'earliest' }, 'properties'],
    ['a name made twice, over files', { 'sql/a.sql': good, 'sql/b.sql': good }, { prefix: '' }, 'twice'],
    ['a query id that ksqlDB keeps for itself', { 'sql/a.sql': "INSERT INTO a WITH (QUERY_ID='CTAS_A') SELECT * FROM b;" }, {}, 'query-id'],
    ['no script', { 'sql/readme.md': 'x' }, {}, 'script'],
    ['a script without statements', { 'sql/a.sql': '-- later' }, {}, 'empty'],
  ])('finds %s', async (_, files, configurations, rule) => {
    expect(await findings(files, configurations)).toEqual([rule]);
  });

  it('takes one file by its path', async () => {
    expect(await findings({ 'sql/a.ksql': good }, { prefix: '' }, 'sql/a.ksql')).toEqual([]);
  });
});
