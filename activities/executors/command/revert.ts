import { Failure } from '../../../lifecycle/failures.js';
import type { Remainder, RevertInput, VerbContext } from '../../../lifecycle/executor.js';
import { describe } from './apply.js';
import type { CommandDeps } from './deps.js';
import type { CommandInputs } from './inputs.js';
import { isNoted, note } from './ledger.js';
import { once } from './once.js';
import { address, openStep } from './step.js';

/**
 * Takes back what was begun: by the command's undo, and by running again what was there before. A command without
 * effects has left nothing; one without undo is listed.
 */
export const revert = async (deps: CommandDeps, input: RevertInput, context: VerbContext): Promise<{ remains: Remainder[] }> => {
  const { key } = input;
  if (!(await isNoted(deps, key, 'started')) || (await isNoted(deps, key, 'reverted'))) return { remains: [] };
  const { from, to } = await openStep(deps, input);
  const remains: Remainder[] = [];
  const attempt = async (inputs: CommandInputs, kind: 'undo' | 'again'): Promise<void> => {
    const program = kind === 'undo' ? inputs.definition.undo : inputs.definition;
    if (inputs.definition.effects === 'none') return;
    if (program === undefined) {
      remains.push({
        address: address(inputs),
        reason: 'the command has effects and no undo',
        action: 'Look at what it did and remove what must not stay.',
      });
      return;
    }
    try {
      await once(
        deps,
        key,
        `${key}/${kind}`,
        inputs,
        program,
        `${describe(input, inputs)}, ${kind === 'undo' ? 'undo' : 'once more'}`,
        context,
      );
    } catch (error) {
      if (!(error instanceof Failure) || error.type !== 'CommandFailed') throw error;
      remains.push({
        address: address(inputs),
        reason: error.message,
        action: 'Correct its cause and take back by hand what the command did.',
      });
    }
  };
  if (to !== undefined) await attempt(to, 'undo');
  if (from !== undefined && (to === undefined || remains.length === 0)) await attempt(from, 'again');
  if (remains.length === 0) await note(deps, key, 'reverted');
  return { remains };
};
