import type { Executor } from '../../../lifecycle/executor.js';
import { apply } from './apply.js';
import { configurationFindings } from './configuration.js';
import type { CommandDeps } from './deps.js';
import { preview } from './preview.js';
import { probe } from './probe.js';
import { rehearsalOf } from './rehearsal.js';
import { revert } from './revert.js';

export type { CommandDeps } from './deps.js';

/** Programs that the environment allows by name, each run in a folder and an environment of its own. */
export const createCommandExecutor = (deps: CommandDeps): Executor => ({
  name: 'command',
  check: (task) => Promise.resolve(configurationFindings(task)),
  preview: (input) => preview(deps, input),
  apply: (input, context) => apply(deps, input, context),
  probe: (input) => probe(deps, input),
  revert: (input, context) => revert(deps, input, context),
  rehearsal: rehearsalOf(deps),
});
