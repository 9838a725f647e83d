import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { flinkSqlExecutor } from '../../../../activities/executors/flink-sql/index.js';
import { isActive, JobManager } from '../../../../activities/executors/flink-sql/job-manager.js';
import { topicRecordCounts, withKafkaAdmin } from '../../../../activities/support/kafka.js';
import { eventually } from '../../../support/eventually.js';
import { executorWorld, StepRun, task, uniqueName } from '../../../support/executor-world.js';

const world = executorWorld();
const kafka = world.environment.kafka.bootstrapServers;
const registry = world.environment.schemaRegistry!.url;
const manager = new JobManager(world.environment.flink!);
const product = uniqueName('keys');
const topic = `${product}-out`;
const subjects = [`${topic}-key`, `${topic}-value`];

const record = (name: string, ...fields: object[]): string => JSON.stringify({ type: 'record', name, namespace: 'org.test', fields });
const id = { name: 'id', type: 'string' };

const ask = async (path: string, method = 'GET', body?: object): Promise<unknown> => {
  const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
  const answer = await fetch(`${registry}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return answer.json();
};

beforeAll(async () => {
  await withKafkaAdmin(kafka, (admin) => admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 }));
  await ask(`/subjects/${subjects[0]}/versions`, 'POST', { schema: record('TripKey', id) });
  await ask(`/subjects/${subjects[1]}/versions`, 'POST', { schema: record('Trip', id, { name: 'n', type: 'int' }) });
});
afterAll(async () => {
  for (const job of await manager.jobs()) if (job.name.includes(product) && isActive(job.state)) await manager.cancel(job.id);
  for (const subject of subjects) {
    await ask(`/subjects/${subject}`, 'DELETE');
    await ask(`/subjects/${subject}?permanent=true`, 'DELETE');
  }
  await withKafkaAdmin(kafka, (admin) => admin.deleteTopics({ topics: [topic] }));
});

const script = (
  key: string,
): string => `CREATE TEMPORARY TABLE rows_in (id STRING NOT NULL, n INT NOT NULL) WITH ('connector' = 'datagen', 'rows-per-second' = '20');
CREATE TEMPORARY TABLE keyed_out (${key} STRING NOT NULL, n INT NOT NULL) WITH ('connector' = 'kafka', 'topic' = '${topic}',
  'properties.bootstrap.servers' = '\${bootstrap_servers}', 'key.format' = 'avro-confluent', 'key.fields' = '${key}',
  'key.avro-confluent.url' = '\${schema_registry_url}', 'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '\${schema_registry_url}');
INSERT INTO keyed_out SELECT id, n FROM rows_in;`;
const step = (key: string): StepRun =>
  new StepRun(flinkSqlExecutor(world.deps), product, {
    to: task({ service: 'flink-sql', bundle: world.bundle({ 'app.sql': script(key) }), path: 'app.sql' }),
  });

it('keys that are Avro are written under the schema that is registered for them, and refused where none fits', async () => {
  await step('id').run();
  await eventually(async () => ((await topicRecordCounts(kafka, [topic])).get(topic) ?? 0) > 20, 'rows are written');
  for (const subject of subjects) expect([subject, await ask(`/subjects/${subject}/versions`)]).toEqual([subject, [1]]);
  const other = step('other');
  await other.preview();
  await expect(other.apply()).rejects.toMatchObject({
    type: 'StatementRefused',
    message: expect.stringContaining(`no schema registered for ${subjects[1]} has the columns`),
  });
});
