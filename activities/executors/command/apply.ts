import { Failure } from '../../../lifecycle/failures.js';
import type { ApplyInput, Outputs, VerbContext } from '../../../lifecycle/executor.js';
import type { CommandDeps } from './deps.js';
import type { CommandInputs } from './inputs.js';
import { madeOf, note, noteMade } from './ledger.js';
import { once } from './once.js';
import { preview } from './preview.js';
import { address, openStep } from './step.js';

/**
 * Runs the command once for each key: a result is kept and given again, a run that a dead worker left behind is awaited
 * and its end read. Throws CommandFailed, also when nobody knows how an earlier run with effects ended.
 */
export const apply = async (deps: CommandDeps, input: ApplyInput, context: VerbContext): Promise<{ outputs: Outputs }> => {
  const { permit, scope } = input;
  const place = `command/${permit.key}/${permit.phase}`;
  const finished = await deps.results.get<{ outputs: Outputs }>(place);
  if (finished !== undefined) return finished;
  if ((await preview(deps, input)).digest !== permit.approved)
    throw new Failure('PlanChanged', `${scope.fqn}, step ${scope.step}: the command or its inputs are not what was judged`);
  const { from, to, changes } = await openStep(deps, input);
  if (!changes.some(({ phase }) => phase === permit.phase)) return deps.results.put(place, { outputs: {} });

  const inputs = to ?? from!;
  const { effects, undo } = inputs.definition;
  let outputs: Outputs = {};
  if (to !== undefined) {
    const known = effects === 'none' ? await madeOf(deps, scope.fqn, to) : undefined;
    outputs = known ?? (await once(deps, permit.key, `${permit.key}/run`, to, to.definition, describe(input, to), context));
    if (to.unknown.length === 0) await noteMade(deps, scope.fqn, to, outputs);
  } else if (undo !== undefined)
    await once(deps, permit.key, `${permit.key}/remove`, inputs, undo, `${describe(input, inputs)}, undo`, context);
  await note(deps, permit.key, 'finished');
  return deps.results.put(place, { outputs });
};

export const describe = ({ scope }: Pick<ApplyInput, 'scope'>, inputs: CommandInputs): string =>
  `${scope.fqn}, step ${scope.step}: ${address(inputs)}`;
