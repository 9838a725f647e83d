import type { Executor } from '../../../lifecycle/executor.js';
import type { LedgerDeps } from '../deps.js';
import { apply } from './apply.js';
import { check } from './check.js';
import { preview } from './preview.js';
import { probe } from './probe.js';
import { rehearsalOf } from './rehearsal.js';
import { revert } from './revert.js';

/** Streams, tables and queries of ksqlDB, statement by statement. */
export const createKsqlDbExecutor = (deps: LedgerDeps): Executor => ({
  name: 'ksqldb',
  check: (task) => check(deps, task),
  preview: (input, context) => preview(deps, input, context),
  apply: (input, context) => apply(deps, input, context),
  probe: (input, context) => probe(deps, input, context),
  revert: (input, context) => revert(deps, input, context),
  rehearsal: rehearsalOf(deps),
});
