import type { Executor } from '../../../lifecycle/executor.js';
import { apply } from './apply.js';
import { check } from './check.js';
import type { TerraformDeps } from './deps.js';
import { preview } from './preview.js';
import { probe } from './probe.js';
import { revert } from './revert.js';
import { sessionOpener } from './session.js';

export type { TerraformDeps } from './deps.js';

/** Infrastructure by Terraform or OpenTofu modules out of the bundle. */
export function createTerraformExecutor(deps: TerraformDeps): Executor {
  const open = sessionOpener(deps);
  return {
    name: 'terraform',
    check: (task) => check(task, deps),
    preview: (input, context) => preview(input, context, open, deps),
    apply: (input, context) => apply(input, context, open, deps),
    probe: (input, context) => probe(input, context, open, deps),
    revert: (input, context) => revert(input, context, open, deps),
  };
}
