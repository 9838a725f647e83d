import type { Rehearsable } from '../../../lifecycle/executor.js';
import { PREFIX_VARIABLE } from '../../../lifecycle/twin.js';
import type { CommandDeps } from './deps.js';
import { inputsOf } from './inputs.js';

/**
 * Nobody can ask what a command has done: one with effects is run only when it has an undo and is told the prefix, or its undo would take
 * away what the environment itself has.
 */
export const rehearsalOf = (deps: CommandDeps): Rehearsable => ({
  async unproven({ scope, change, outputs }) {
    const task = change.to ?? change.from;
    if (!task) return undefined;
    const { definition, configuration } = await inputsOf(deps, task, deps.environment(scope.environment), outputs);
    if (definition.effects === 'none') return undefined;
    if (!definition.undo) return `command ${configuration.command} has effects and no undo`;
    const told = JSON.stringify([configuration.arguments, configuration.variables]).includes(`\${env:${PREFIX_VARIABLE}}`);
    return told
      ? undefined
      : `command ${configuration.command} has effects and is not told \${env:${PREFIX_VARIABLE}}: it would act on the environment itself`;
  },
  names: async () => [],
  survey: async () => ({}),
});
