import { join } from 'node:path';
import { createCommandExecutor } from '../activities/executors/command/index.js';
import type { LedgerDeps } from '../activities/executors/deps.js';
import { flinkSqlExecutor } from '../activities/executors/flink-sql/index.js';
import { createKsqlDbExecutor } from '../activities/executors/ksqldb/index.js';
import { schemaRegistryExecutor } from '../activities/executors/schema-registry/index.js';
import { createTerraformExecutor } from '../activities/executors/terraform/index.js';
import type { Executor } from '../lifecycle/executor.js';

/** Every executor that this version of Steward brings, by name. A new adapter is one folder and one line here. */
export function createExecutors(deps: LedgerDeps, scratch: string): ReadonlyMap<string, Executor> {
  const executors = [
    createTerraformExecutor({ ...deps, scratch: join(scratch, 'terraform') }),
    schemaRegistryExecutor(deps),
    flinkSqlExecutor(deps),
    createKsqlDbExecutor(deps),
    createCommandExecutor({ ...deps, scratch: join(scratch, 'command') }),
  ];
  return new Map(executors.map((executor) => [executor.name, executor]));
}
