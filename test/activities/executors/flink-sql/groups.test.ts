import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { flinkSqlExecutor } from '../../../../activities/executors/flink-sql/index.js';
import { isActive, JobManager } from '../../../../activities/executors/flink-sql/job-manager.js';
import { deleteGroups, existingGroups, produce, withKafkaAdmin } from '../../../../activities/support/kafka.js';
import { eventually } from '../../../support/eventually.js';
import { executorWorld, StepRun, task, uniqueName } from '../../../support/executor-world.js';

const world = executorWorld();
const kafka = world.environment.kafka.bootstrapServers;
const manager = new JobManager(world.environment.flink!);
const topic = uniqueName('groups');
const products = ['first', 'second'].map((name) => `${topic}-${name}`);

beforeAll(async () => {
  await withKafkaAdmin(kafka, (admin) => admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 }));
  await eventually(async () => (await produce(kafka, { topic, key: '1', value: 'a', headers: {} }), true), 'a record is written', 30_000);
});
afterAll(async () => {
  for (const job of await manager.jobs()) if (job.name.includes(topic) && isActive(job.state)) await manager.cancel(job.id);
  await deleteGroups(kafka, [`${topic}-own`, `${topic}-shared`, `${topic}-moved`]);
  await withKafkaAdmin(kafka, (admin) => admin.deleteTopics({ topics: [topic] }));
});

const table = (name: string, group: string): string => `CREATE TEMPORARY TABLE ${name} (a STRING) WITH ('connector' = 'kafka',
  'topic' = '${topic}', 'properties.bootstrap.servers' = '${kafka.join(',')}', 'properties.auto.offset.reset' = 'earliest',
  'scan.startup.mode' = 'group-offsets', 'properties.group.id' = '${topic}-${group}', 'format' = 'raw');\n`;
const sink = (name: string): string => `CREATE TEMPORARY TABLE ${name} (a STRING) WITH ('connector' = 'blackhole');\n`;
const shared = `${table('s', 'shared')}${sink('x')}INSERT INTO x SELECT a FROM s;\n`;
const script = (source: string) => task({ service: 'flink-sql', bundle: world.bundle({ 'app.sql': source }), path: 'app.sql' });
const executor = flinkSqlExecutor(world.deps);

it('a retirement takes the consumer groups that were its own alone; one that another product reads with stays, and is named', async () => {
  const [own, theirs] = [script(`${shared}${table('o', 'own')}${sink('y')}INSERT INTO y SELECT a FROM o;`), script(shared)];
  await new StepRun(executor, products[0]!, { to: own }).run();
  await new StepRun(executor, products[1]!, { to: theirs }).run();
  const groups = [`${topic}-own`, `${topic}-shared`];
  await eventually(async () => (await existingGroups(kafka, groups)).length === 2, 'both groups have committed');

  const retire = new StepRun(executor, products[0]!, { from: own });
  const { changes } = await retire.run();
  expect(changes).toMatchObject([
    { address: 'job x', action: 'delete', summary: expect.stringContaining(`consumer groups ${topic}-shared stay`) },
    { address: 'job y', action: 'delete', summary: 'stopped with a savepoint' },
    { address: `consumer groups ${topic}-own`, action: 'delete' },
  ]);
  expect(await retire.probe('finalise')).toMatchObject({ state: 'to' });
  expect(await existingGroups(kafka, groups)).toEqual([`${topic}-shared`]);
  await new StepRun(executor, products[1]!, { from: theirs }).run();
});

it('one that another task begins to read with after the plan was made stays, and the retirement ends', async () => {
  const moved = script(`${table('m', 'moved')}${sink('z')}INSERT INTO z SELECT a FROM m;`);
  const group = `${topic}-moved`;
  await new StepRun(executor, products[0]!, { to: moved }).run();
  await eventually(async () => (await existingGroups(kafka, [group])).length === 1, 'the group has committed');
  const retire = new StepRun(executor, products[0]!, { from: moved });
  expect((await retire.preview()).changes).toMatchObject([{ address: 'job z' }, { address: `consumer groups ${group}` }]);
  const next = new StepRun(executor, products[1]!, { to: moved });
  await next.run();
  await retire.apply('apply');
  await retire.apply('finalise');
  expect(await retire.probe('finalise')).toMatchObject({ state: 'to' });
  expect(await existingGroups(kafka, [group])).toEqual([group]);
  await new StepRun(executor, products[1]!, { from: moved }).run();
});
