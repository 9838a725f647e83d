import type { Executor } from '../../../lifecycle/executor.js';
import { apply } from './apply.js';
import { check } from './check.js';
import { topicRecordCounts } from '../../support/kafka.js';
import type { TerraformDeps, TopicRecords } from './deps.js';
import { preview } from './preview.js';
import { probe } from './probe.js';
import { rehearsalOf } from './rehearsal.js';
import { revert } from './revert.js';
import { sessionOpener } from './session.js';

export { ensureStateBucket } from './state-bucket.js';
export type { TerraformDeps, TopicRecords } from './deps.js';

/** Infrastructure by Terraform or OpenTofu modules out of the bundle. */
export function createTerraformExecutor(given: TerraformDeps): Executor {
  const askBroker: TopicRecords = (name, topics) => topicRecordCounts(given.environment(name).kafka.bootstrapServers, topics);
  const deps = { ...given, topicRecords: given.topicRecords ?? askBroker };
  const open = sessionOpener(deps);
  return {
    name: 'terraform',
    check: (task) => check(task, deps),
    preview: (input, context) => preview(input, context, open, deps),
    apply: (input, context) => apply(input, context, open, deps),
    probe: (input, context) => probe(input, context, open, deps),
    revert: (input, context) => revert(input, context, open, deps),
    rehearsal: rehearsalOf(deps),
  };
}
