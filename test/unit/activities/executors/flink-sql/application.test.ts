import { describe, expect, it } from '@jest/globals';
import { jobName, sinkOf } from '../../../../../activities/executors/flink-sql/job-name.js';
import { jobsOfScript as jobs } from '../../../../support/flink-jobs.js';

const table = (name: string, topic = name): string =>
  `CREATE TEMPORARY TABLE ${name} (a STRING) WITH ('connector' = 'kafka', 'topic' = '${topic}');\n`;

describe('the jobs of a script', () => {
  const script = `${table('s')}${table('unused')}CREATE TEMPORARY VIEW v AS SELECT a FROM s;\n${table('x')}${table('y')}
    INSERT INTO x SELECT a FROM v;\nINSERT INTO y SELECT a FROM s /*+ OPTIONS('properties.group.id' = 'g') */;`;

  it('carries along what each needs and nothing else', () => {
    expect(jobs(script).map(({ sink, session, groups }) => [sink, session.map(({ name }) => name), groups])).toEqual([
      ['x', ['s', 'v', 'x'], []],
      ['y', ['s', 'y'], ['g']],
    ]);
  });

  it('is the same job when only white space, comments or other statements change', () => {
    const again = jobs(`-- new\n${script.replaceAll('SELECT a', 'SELECT  /* all */\r\n a')}\n${table('z')}`);
    expect(again.map(({ digest }) => digest)).toEqual(jobs(script).map(({ digest }) => digest));
  });

  it('is another job when a table it reads changes, and only that one', () => {
    const changed = jobs(script.replace('SELECT a FROM s;', 'SELECT UPPER(a) AS a FROM s;'));
    expect(changed.map(({ digest }, index) => digest === jobs(script)[index]!.digest)).toEqual([false, true]);
  });

  it('numbers jobs that write the same table', () => {
    expect(jobs(`${table('x')}INSERT INTO x SELECT 'a';INSERT INTO x SELECT 'b';`).map(({ sink }) => sink)).toEqual(['x', 'x#2']);
  });

  it('fills variables in as text: a value cannot end its string', () => {
    const [job] = jobs(`${table('x', '${topic_prefix}t')}INSERT INTO x SELECT '\${bootstrap_servers} \${n}';`, {
      topic_prefix: "o'; DROP TABLE x; --",
      n: 7,
    });
    expect(job?.session[0]?.code).toContain("'topic' = 'o''; DROP TABLE x; --t'");
    expect(job?.insert.code).toBe("INSERT INTO x SELECT 'a:1,b:2 7'");
  });

  it('refuses unknown variables with file and line', () => {
    expect(() => jobs(`${table('x')}INSERT INTO x\nSELECT '\${nope}';`)).toThrow(
      expect.objectContaining({ type: 'TemplateRefused', message: expect.stringContaining('inline:3: no value for ${nope}') }),
    );
  });

  it('finds its jobs again by their names', () => {
    const name = jobName('urn:dpds:org:dataproducts:p:1', 'local', { sink: 'x@y', digest: 'abc' });
    expect(sinkOf('urn:dpds:org:dataproducts:p:1', 'local', name)).toBe('x@y');
    expect(sinkOf('urn:dpds:org:dataproducts:p:2', 'local', name)).toBeUndefined();
    expect(sinkOf('urn:dpds:org:dataproducts:p:1', 'prod', name)).toBeUndefined();
  });
});
