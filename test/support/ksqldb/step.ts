import { randomBytes } from 'node:crypto';
import { createKsqlDbExecutor } from '../../../activities/executors/ksqldb/index.js';
import type { Json } from '../../../lifecycle/digest.js';
import type { Environment } from '../../../lifecycle/environment.js';
import type { Executor } from '../../../lifecycle/executor.js';
import type { Change, Task } from '../../../lifecycle/task.js';
import { executorWorld, StepRun, task, uniqueName } from '../executor-world.js';
import type { ExecutorWorld } from '../executor-world.js';
import { plainGovernance } from '../governance.js';

/** An environment with nothing but a ksqlDB. */
export const ksqlDbEnvironment = (url: string, changes: Partial<Environment> = {}): Environment => ({
  name: 'test',
  stage: 'test',
  kafka: { bootstrapServers: [] },
  ksqldb: { url },
  commands: {},
  variables: {},
  secrets: {},
  services: {},
  ...plainGovernance(),
  deprecationPeriod: '1 second',
  bakeTime: '0 seconds',
  ...changes,
});

/** One product on one cluster: its versions are scripts. */
export class KsqlDbProduct {
  readonly world: ExecutorWorld;
  private readonly product = uniqueName('trips');

  constructor(url: string, changes: Partial<Environment> = {}) {
    this.world = executorWorld(ksqlDbEnvironment(url, changes));
  }

  version(script: string, configurations: { [name: string]: Json } = {}): Task {
    return task({
      service: 'ksqldb',
      bundle: this.world.bundle({ 'sql/app.sql': script }),
      path: 'sql',
      configurations,
      id: 'application:trips:deploy',
    });
  }

  /** `fence` is asked before each effect. */
  step(change: Change, { signal, fence }: { signal?: AbortSignal; fence?: () => Promise<void> } = {}): StepRun {
    const executor = createKsqlDbExecutor(this.world.deps);
    const fenced: Executor = {
      ...executor,
      apply: (input, context) => executor.apply(input, fence ? { ...context, assertFence: fence } : context),
    };
    return new StepRun(fenced, this.product, change, signal);
  }
}

/** An end of names that no other test has, as ksqlDB words it. */
export const freshId = (): string => `T${randomBytes(4).toString('hex').toUpperCase()}`;

/** Three statements of the trip example under names of their own; topics are made by ksqlDB. */
export const tripScript = (id: string, { filter = '', columns = '' } = {}): string => `-- trips
CREATE STREAM trip_events_${id} (trip_id VARCHAR KEY, \`status\` VARCHAR, \`longitude\` DOUBLE, \`latitude\` DOUBLE)
  WITH (KAFKA_TOPIC='trip-events-${id}', VALUE_FORMAT='JSON', PARTITIONS=1);
CREATE STREAM trip_position_${id} WITH (KAFKA_TOPIC='trip-position-${id}', VALUE_FORMAT='JSON') AS
  SELECT trip_id, \`longitude\`${columns} FROM trip_events_${id} ${filter} EMIT CHANGES;
CREATE STREAM trip_all_${id} (trip_id VARCHAR KEY, \`status\` VARCHAR) WITH (KAFKA_TOPIC='trip-all-${id}', VALUE_FORMAT='JSON', PARTITIONS=1);
INSERT INTO trip_all_${id} SELECT trip_id, \`status\` FROM trip_events_${id} EMIT CHANGES;
CREATE TABLE trip_status_${id} WITH (KAFKA_TOPIC='trip-status-${id}', VALUE_FORMAT='JSON') AS
  SELECT trip_id, LATEST_BY_OFFSET(\`status\`) AS \`status\` FROM trip_events_${id} GROUP BY trip_id EMIT CHANGES;
`;

/** The trip script with an aggregate that ksqlDB does not replace in place. */
export const otherAggregate = (script: string): string => script.replace('LATEST_BY_OFFSET(', 'EARLIEST_BY_OFFSET(');

/** Three levels on top of each other, and an INSERT INTO with an id of the author's. */
export const levels = (column: string, id = ''): string => `
CREATE STREAM events${id} (trip_id VARCHAR KEY, a VARCHAR, b VARCHAR) WITH (KAFKA_TOPIC='events${id}', VALUE_FORMAT='JSON', PARTITIONS=1);
CREATE STREAM bare${id} WITH (KAFKA_TOPIC='bare${id}') AS SELECT trip_id, ${column} FROM events${id} EMIT CHANGES;
CREATE TABLE counts${id} WITH (KAFKA_TOPIC='counts${id}') AS SELECT trip_id, COUNT(*) AS n FROM bare${id} GROUP BY trip_id EMIT CHANGES;
CREATE STREAM copy${id} (trip_id VARCHAR KEY) WITH (KAFKA_TOPIC='copy${id}', VALUE_FORMAT='JSON', PARTITIONS=1);
INSERT INTO copy${id} WITH (QUERY_ID='COPIES${id}') SELECT trip_id FROM bare${id} EMIT CHANGES;
`;
