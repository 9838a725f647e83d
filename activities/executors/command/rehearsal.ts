import type { Rehearsable } from '../../../lifecycle/executor.js';
import { PREFIX_VARIABLE } from '../../../lifecycle/twin.js';
import type { CommandDeps } from './deps.js';
import type { CommandInputs } from './inputs.js';
import { inputsOf } from './inputs.js';

/**
 * Nobody can ask what a command has done: one with effects is run only when it has an undo and is told the prefix, or its undo would take
 * away what the environment itself has.
 */
export const rehearsalOf = (deps: CommandDeps): Rehearsable => ({
  async unproven({ scope, change, outputs }) {
    // An undo runs the former command again, so that one must be fit for a twin, too.
    for (const task of [change.to, change.from]) {
      const reason = task && unprovenOf(await inputsOf(deps, task, deps.environment(scope.environment), outputs));
      if (reason !== undefined) return reason;
    }
    return undefined;
  },
  names: async () => [],
  survey: async () => ({}),
});

function unprovenOf({ definition, configuration }: CommandInputs): string | undefined {
  const { command } = configuration;
  if (definition.effects === 'none') return undefined;
  if (!definition.undo) return `command ${command} has effects and no undo`;
  const told = JSON.stringify([configuration.arguments, configuration.variables]).includes(`\${env:${PREFIX_VARIABLE}}`);
  if (told) return undefined;
  return `command ${command} has effects and is not told \${env:${PREFIX_VARIABLE}}: it would act on the environment itself`;
}
