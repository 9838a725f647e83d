import type { Executor } from '../../../lifecycle/executor.js';
import type { LedgerDeps } from '../deps.js';
import { apply } from './apply.js';
import { checkTask } from './check.js';
import { conformance } from './conformance.js';
import { preview } from './preview.js';
import { probe } from './probe.js';
import { rehearsalOf } from './rehearsal.js';
import { revert } from './revert.js';

/** Subjects, schemas and compatibility levels in a Confluent-like schema registry. */
export const schemaRegistryExecutor = (deps: LedgerDeps): Executor => ({
  name: 'schema-registry',
  check: (task) => checkTask(deps, task),
  preview: (input, context) => preview(deps, input, context),
  apply: (input, context) => apply(deps, input, context),
  probe: (input, context) => probe(deps, input, context),
  revert: (input, context) => revert(deps, input, context),
  conformance: (input, signal) => conformance(deps, input, signal),
  rehearsal: rehearsalOf(deps),
});
