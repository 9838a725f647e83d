import type { Probe, ProbeInput } from '../../../lifecycle/executor.js';
import type { CommandDeps } from './deps.js';
import { madeOf } from './ledger.js';
import { address, openStep } from './step.js';

/**
 * A command cannot be asked what it did: what the ledger says of its inputs is all there is. A failed run stays `from`
 * for commands without effects (they leave nothing behind) and is `between` for others once it was begun.
 */
export const probe = async (deps: CommandDeps, input: ProbeInput): Promise<Probe> => {
  const { from, to, changes } = await openStep(deps, input);
  const inputs = to ?? from;
  if (inputs === undefined) return { state: 'to', healthy: true, evidence: [] };
  const done =
    to === undefined ? changes.length === 0 || input.phase === 'finalise' : (await madeOf(deps, input.scope.fqn, to)) !== undefined;
  const name = address(inputs);
  return done
    ? { state: 'to', healthy: true, evidence: [`${name} has ended well with these inputs`] }
    : { state: 'from', healthy: true, evidence: [`${name} has not ended well with these inputs`] };
};
