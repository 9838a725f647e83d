import { afterAll, describe, expect, it } from '@jest/globals';
import { flinkSqlExecutor } from '../../../../activities/executors/flink-sql/index.js';
import { isActive, JobManager } from '../../../../activities/executors/flink-sql/job-manager.js';
import type { Task } from '../../../../lifecycle/task.js';
import { executorWorld, stackEnvironment, StepRun, task, uniqueName } from '../../../support/executor-world.js';

/** Proves on a real cluster that scripts are read as the server reads them, whatever they are written with and however long they are. */
describe('Flink SQL scripts on a real cluster', () => {
  const world = executorWorld(stackEnvironment());
  const manager = new JobManager(stackEnvironment().flink!);
  const products: string[] = [];
  afterAll(async () => {
    for (const job of await manager.jobs())
      if (products.some((name) => job.name.includes(name)) && isActive(job.state)) await manager.cancel(job.id);
  });
  const sql = (source: string): Task => task({ service: 'flink-sql', bundle: world.bundle({ 'sql/app.sql': source }), path: 'sql' });
  const deploy = async (source: string): Promise<void> => {
    const name = uniqueName('scripts');
    products.push(name);
    const run = new StepRun(flinkSqlExecutor(world.deps), name, { to: sql(source) });
    await run.run();
    expect(await run.probe()).toMatchObject({ state: 'to', healthy: true });
    expect((await manager.jobs()).filter((job) => job.name.includes(`:${name}:`) && isActive(job.state))).toHaveLength(1);
    const again = new StepRun(flinkSqlExecutor(world.deps), name, { from: sql(source), to: sql(source) });
    expect((await again.preview()).changes).toEqual([]);
    await new StepRun(flinkSqlExecutor(world.deps), name, { from: sql(source) }).run();
    expect((await manager.jobs()).filter((job) => job.name.includes(`:${name}:`) && isActive(job.state))).toEqual([]);
  };
  const numbers = "CREATE TEMPORARY TABLE `die Zahlen; 数` (`a ``b` INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1');";

  it('may quote names, hold a byte order mark, CRLF and letters of any language, and end without a line break', async () => {
    const lines = [
      `\uFEFF${numbers} -- Größe; in "Stück"`,
      "CREATE TEMPORARY TABLE `select` (`größe` INT) WITH ('connector' = 'blackhole');",
      "/* ';' */ INSERT INTO `select` SELECT `a ``b` FROM `die Zahlen; 数`",
    ];
    await deploy(lines.join('\r\n'));
  });

  it('may have two hundred statements; the server gets those that a job needs', async () => {
    const views = Array.from({ length: 197 }, (_, at) => {
      const source = at % 20 === 0 ? '`die Zahlen; 数`' : `v${at - 1}`;
      return `CREATE TEMPORARY VIEW v${at} AS SELECT ${at % 20 === 0 ? '`a ``b` AS a' : 'a'} FROM ${source};`;
    });
    const sink = "CREATE TEMPORARY TABLE sink_a (a INT) WITH ('connector' = 'blackhole');";
    const statements = [numbers, ...views, sink, 'INSERT INTO sink_a SELECT a FROM v119 UNION ALL SELECT a FROM v196;'];
    expect(statements).toHaveLength(200);
    await deploy(statements.join('\n'));
  });
});
