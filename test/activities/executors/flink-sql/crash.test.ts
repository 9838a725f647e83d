import { Consumer, MessagesStreamModes, stringDeserializers } from '@platformatic/kafka';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { flinkSqlExecutor } from '../../../../activities/executors/flink-sql/index.js';
import { isActive, JobManager } from '../../../../activities/executors/flink-sql/job-manager.js';
import { deleteGroups, produce, withKafkaAdmin } from '../../../../activities/support/kafka.js';
import type { Task } from '../../../../lifecycle/task.js';
import { eventually } from '../../../support/eventually.js';
import { executorWorld, StepRun, task, uniqueName } from '../../../support/executor-world.js';

const world = executorWorld();
const kafka = world.environment.kafka.bootstrapServers;
const flink = world.environment.flink!;
const manager = new JobManager(flink);
const product = uniqueName('crash');
const [source, sink, group] = [`${product}-in`, `${product}-out`, `${product}-reader`];
const consumer = new Consumer({
  clientId: group,
  groupId: group,
  bootstrapBrokers: kafka,
  autocommit: false,
  maxWaitTime: 100,
  deserializers: stringDeserializers,
});
/** What the sink holds, in the order in which it was written. */
const written: string[] = [];

beforeAll(async () => {
  await withKafkaAdmin(kafka, (admin) => admin.createTopics({ topics: [source, sink], partitions: 1, replicas: 1 }));
  const stream = await consumer.consume({ topics: [sink], mode: MessagesStreamModes.EARLIEST, autocommit: false });
  stream.on('data', ({ value }) => written.push(value));
});
afterAll(async () => {
  for (const job of await manager.jobs()) if (job.name.includes(product) && isActive(job.state)) await manager.cancel(job.id);
  await consumer.close(true);
  await deleteGroups(kafka, [group, `${product}-job`]);
  await withKafkaAdmin(kafka, (admin) => admin.deleteTopics({ topics: [source, sink] }));
});

const table = (name: string, topic: string): string => `CREATE TEMPORARY TABLE ${name} (a STRING) WITH ('connector' = 'kafka',
  'topic' = '${topic}', 'properties.bootstrap.servers' = '${kafka.join(',')}', 'properties.group.id' = '${product}-job',
  'properties.auto.offset.reset' = 'earliest', 'format' = 'raw');\n`;
/** A row `fault:<second>` ends the task that reads it until that second has come. Checkpoints are made when the test asks for one. */
const script = `SET 'execution.checkpointing.interval' = '1 h';
SET 'restart-strategy.type' = 'fixed-delay';
SET 'restart-strategy.fixed-delay.attempts' = '100';
SET 'restart-strategy.fixed-delay.delay' = '1 s';
${table('rows_in', source)}${table('rows_out', sink)}INSERT INTO rows_out SELECT
  CASE WHEN a LIKE 'fault:%' AND CAST(SPLIT_INDEX(a, ':', 1) AS BIGINT) > UNIX_TIMESTAMP() THEN CAST(CAST(a AS INT) AS STRING) ELSE a END
FROM rows_in;`;

const sqlOf = (source: string): Task => task({ service: 'flink-sql', bundle: world.bundle({ 'app.sql': source }), path: 'app.sql' });
const rows = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, at) => `row ${from + at}`);
const write = async (...values: string[]): Promise<void> => {
  for (const value of values)
    await eventually(async () => (await produce(kafka, { topic: source, key: '', value, headers: {} }), true), `${value} is written`);
};
const timesOf = (value: string): number => written.filter((each) => each === value).length;
const areThere = (values: string[]) => async (): Promise<boolean> => values.every((value) => timesOf(value) > 0);

it('a crash of a job loses no row; an append output has those again that were written since the last checkpoint, and no others', async () => {
  const sql = sqlOf(script);
  const deploy = new StepRun(flinkSqlExecutor(world.deps), product, { to: sql });
  await deploy.run();
  const { id } = (await manager.jobs()).find((job) => job.name.includes(product))!;

  await write(...rows(1, 10));
  await eventually(areThere(rows(1, 10)), 'the first rows are through');
  await fetch(`${flink.jobManagerUrl}/jobs/${id}/checkpoints`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  await eventually(() => manager.newestSnapshot(id), 'a checkpoint is made');
  await write(...rows(11, 20));
  await eventually(areThere(rows(11, 20)), 'rows after the checkpoint are through');

  const fault = `fault:${Math.floor(Date.now() / 1000) + 5}`;
  await write(fault, ...rows(21, 30));
  await eventually(areThere([fault, ...rows(21, 30)]), 'the job has overcome its fault');
  const { times } = await manager.failures(id);
  expect(times.length).toBeGreaterThan(0);

  const now = new StepRun(flinkSqlExecutor(world.deps), product, { from: sql, to: sql });
  await now.preview();
  const { evidence } = await now.probe();
  expect(evidence).toContainEqual(expect.stringMatching(new RegExp(`: RUNNING, ${times.length} failures, the last: .*fault`)));
  // A planned replacement writes what is on its way, and goes on behind it: after it nothing of the crash can come any more.
  const changed = sqlOf(script.replace('LIKE', "NOT LIKE 'x%' AND a LIKE"));
  await new StepRun(flinkSqlExecutor(world.deps), product, { from: sql, to: changed }).run();
  await write('row 31');
  await eventually(areThere(['row 31']), 'the row after the replacement is through');

  const all = [...rows(1, 31), fault];
  expect(all.filter((value) => timesOf(value) === 0)).toEqual([]);
  expect(all.filter((value) => timesOf(value) > 1)).toEqual(rows(11, 20));
  expect(written).toHaveLength(all.length + 10 * times.length);
  await new StepRun(flinkSqlExecutor(world.deps), product, { from: changed }).run();
});
