import type { Executor } from '../../../lifecycle/executor.js';
import type { LedgerDeps } from '../deps.js';
import { apply } from './apply.js';
import { checkTask } from './check.js';
import { preview } from './preview.js';
import { probe } from './probe.js';
import { rehearsalOf } from './rehearsal.js';
import { revert } from './revert.js';

/** Stream SQL as jobs of a Flink cluster, through its SQL gateway and its JobManager. */
export const flinkSqlExecutor = (deps: LedgerDeps): Executor => ({
  name: 'flink-sql',
  check: (task) => checkTask(deps, task),
  preview: (input, context) => preview(deps, input, context),
  apply: (input, context) => apply(deps, input, context),
  probe: (input, context) => probe(deps, input, context),
  revert: (input, context) => revert(deps, input, context),
  rehearsal: rehearsalOf(deps),
});
