import { Failure } from '../../../lifecycle/failures.js';
import type { ApplyInput, Outputs, VerbContext } from '../../../lifecycle/executor.js';
import { closeAttempt, formerAttempts, keepLedger, openAttempt } from '../../support/scratch.js';
import type { Attempt } from '../../support/scratch.js';
import type { CommandDeps } from './deps.js';
import type { CommandInputs } from './inputs.js';
import { madeOf, nextRun, note, noteFailed, noteMade } from './ledger.js';
import { preview } from './preview.js';
import { finish, howItEnded, runCommand } from './run.js';
import type { Run } from './run.js';
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

/** Runs a program once for each group: what an earlier attempt did is found out first. */
export const once = async (
  deps: CommandDeps,
  key: string,
  group: string,
  inputs: CommandInputs,
  program: Run['program'],
  what: string,
  context: VerbContext,
): Promise<Outputs> => {
  const wanted = inputs.unknown.length === 0 ? inputs : fail(what, inputs);
  const { run, begun, failure } = await nextRun(deps, group);
  // The answer of a failed run was lost. A first attempt is another matter: somebody wants it to be tried again.
  if (failure !== undefined && context.attempt > 1) throw new Failure('CommandFailed', failure);
  const former = await formerOutcome(deps, group, run, wanted, what, context);
  if (former !== undefined) return former;
  if (wanted.definition.effects === 'external' && begun && (await formerAttempts(deps.scratch, group)).length === 0)
    throw new Failure('CommandFailed', `${what} was started by another worker, and how it ended is not known: look at what it does`);

  const attempt = await openAttempt(deps.scratch, group);
  try {
    await context.assertFence();
    await note(deps, key, 'started');
    await note(deps, run, 'started');
    const outputs = await runCommand(deps, {
      inputs: withoutOutputs(wanted, program),
      program,
      attempt,
      key: group,
      what,
      signal: context.signal,
      progress: (text) => context.progress(text),
    });
    await closeAttempt(attempt);
    return outputs;
  } catch (error) {
    // A failed run has said what it had to say; an interrupted one may be asked for its end by the next attempt.
    if (error instanceof Failure && error.type === 'CommandFailed') {
      await noteFailed(deps, run, error.message);
      await closeAttempt(attempt);
    }
    throw error;
  }
};

const fail = (what: string, { unknown }: CommandInputs): never => {
  throw new Failure('InvalidInput', `${what}: no step before has given ${unknown.join(', ')}`);
};

/** Only the command itself makes the files that are kept, its undo does not. */
const withoutOutputs = (inputs: CommandInputs, program: Run['program']): CommandInputs =>
  program === inputs.definition ? inputs : { ...inputs, configuration: { ...inputs.configuration, outputs: [] } };

/** The outputs of an attempt on this machine that has ended well; undefined = run it. */
const formerOutcome = async (
  deps: CommandDeps,
  group: string,
  run: string,
  inputs: CommandInputs,
  what: string,
  context: VerbContext,
): Promise<Outputs | undefined> => {
  for (const attempt of await formerAttempts(deps.scratch, group)) {
    const found = await howItEnded(attempt, context.signal);
    if (found.state === 'ended' && found.exitCode === 0) return settled(attempt, () => finish(deps, { inputs, attempt, what }, 0));
    if (found.state === 'never started') await closeAttempt(attempt);
    else if (inputs.definition.effects === 'none') await closeAttempt(attempt);
    else if (found.state === 'ended')
      return finish(deps, { inputs, attempt, what }, found.exitCode).catch(async (error: Error) => {
        await noteFailed(deps, run, error.message);
        await closeAttempt(attempt);
        throw error;
      });
    else {
      await keepLedger(attempt);
      throw new Failure(
        'CommandFailed',
        `${what} was killed together with what watched it, and how it ended is not known: look at what it does`,
      );
    }
  }
  return undefined;
};

const settled = async (attempt: Attempt, work: () => Promise<Outputs>): Promise<Outputs> => {
  const outputs = await work();
  await closeAttempt(attempt);
  return outputs;
};
