import type { PlannedChange, VerbInput } from '../../../lifecycle/executor.js';
import type { CommandDeps } from './deps.js';
import { inputsOf } from './inputs.js';
import type { CommandInputs } from './inputs.js';
import { madeOf } from './ledger.js';

/** One step: what it has to run, and what that means in the words of the contract. */
export interface CommandStep {
  from: CommandInputs | undefined;
  to: CommandInputs | undefined;
  /** Empty = the same inputs have been run with. At most one. */
  changes: PlannedChange[];
}

export const openStep = async (deps: CommandDeps, { scope, change, outputs, former = outputs }: VerbInput): Promise<CommandStep> => {
  const environment = deps.environment(scope.environment);
  const from = change.from && (await inputsOf(deps, change.from, environment, former));
  const to = change.to && (await inputsOf(deps, change.to, environment, outputs));
  if (to === undefined) return { from, to, changes: from === undefined ? [] : removal(from) };
  const same = from !== undefined && from.digest === to.digest && (await madeOf(deps, scope.fqn, to)) !== undefined;
  return { from, to, changes: same ? [] : [execution(to, from === undefined ? 'create' : 'update')] };
};

/** For people: which command, of what. */
export const address = ({ configuration }: CommandInputs): string => `command ${configuration.command}`;

const execution = (inputs: CommandInputs, action: 'create' | 'update'): PlannedChange => {
  const { effects, undo } = inputs.definition;
  const summary =
    effects === 'none'
      ? `makes ${inputs.configuration.outputs.join(', ') || 'nothing that is kept'} in a folder of its own`
      : undo === undefined
        ? 'changes things outside, and has no undo'
        : 'changes things outside, and has an undo';
  return {
    address: address(inputs),
    action,
    dataLoss: false,
    phase: 'apply',
    undo: effects === 'none' ? 'exact' : undo ? 'equivalent' : 'none',
    summary,
  };
};

/** What a command without effects has made is a blob of the catalog: it is no thing of the world to be removed. */
const removal = (inputs: CommandInputs): PlannedChange[] => {
  const { effects, undo } = inputs.definition;
  if (effects === 'none') return [];
  const summary =
    undo === undefined ? 'has no undo: what it did stays, look whether it must be removed by hand' : 'its undo command is run';
  return [{ address: address(inputs), action: 'delete', dataLoss: false, phase: 'finalise', undo: undo ? 'equivalent' : 'none', summary }];
};
