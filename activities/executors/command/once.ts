import { basename } from 'node:path';
import { Failure } from '../../../lifecycle/failures.js';
import type { Outputs, VerbContext } from '../../../lifecycle/executor.js';
import { closeAttempt, formerAttempts, giveUp, keepLedger, markBegun, openAttempt } from '../../support/scratch.js';
import type { Attempt } from '../../support/scratch.js';
import type { CommandDeps } from './deps.js';
import type { CommandInputs } from './inputs.js';
import { currentRun, note, noteBegun, noteEnd } from './ledger.js';
import type { CommandRun } from './ledger.js';
import { finish, howItEnded, runCommand } from './run.js';
import type { Run } from './run.js';

/**
 * Runs a program with effects once for each group: what an earlier attempt did is found out first, by what it noted and by what it left on
 * this machine. Throws `CommandFailed`, also when nobody knows how an earlier attempt ended.
 * @param key of the taking of a step: that something of it was begun is noted there
 * @param what product, step, command: for messages
 */
export async function once(
  deps: CommandDeps,
  key: string,
  group: string,
  inputs: CommandInputs,
  program: Run['program'],
  what: string,
  context: VerbContext,
): Promise<Outputs> {
  if (inputs.unknown.length > 0) throw new Failure('InvalidInput', `${what}: no step before has given ${inputs.unknown.join(', ')}`);
  const former = await current(deps, group, inputs, what, context);
  if (former.outputs !== undefined) return former.outputs;
  // The answer of a failed run was lost. A first attempt is another matter: somebody wants it to be tried again.
  if (former.failure !== undefined && context.attempt > 1) throw new Failure('CommandFailed', former.failure);
  const { run } = former;
  const attempt = await openAttempt(deps.scratch, group);
  try {
    await context.assertFence();
    await note(deps, key, 'started');
    await markBegun(attempt);
    const first = await noteBegun(deps, run, idOf(attempt));
    if (first !== idOf(attempt) && inputs.definition.effects === 'external') throw underWay(what);
    const outputs = await runCommand(deps, {
      inputs: withoutOutputs(inputs, program),
      program,
      attempt,
      key: group,
      what,
      signal: context.signal,
      progress: (text) => context.progress(text),
    });
    return await settle(deps, run, attempt, outputs);
  } catch (error) {
    // A failed run has said what it had to say; an interrupted one may be asked for its end by the next attempt.
    if (error instanceof Failure && error.type === 'CommandFailed') await settleFailed(deps, run, attempt, error);
    else await giveUp(attempt);
    throw error;
  }
}

/** The run that is to be done or has been, after what attempts on this machine have left was looked through. */
async function current(deps: CommandDeps, group: string, inputs: CommandInputs, what: string, context: VerbContext): Promise<CommandRun> {
  for (;;) {
    const found = await currentRun(deps, group);
    if (found.outputs !== undefined) return found;
    const isRepeatable = inputs.definition.effects === 'none';
    const [attempt] = await formerAttempts(deps.scratch, group);
    if (attempt === undefined) {
      if (found.begunBy === undefined || isRepeatable) return found;
      throw elsewhere(what);
    }
    const end = await howItEnded(attempt, context.signal);
    if (end.state === 'ended' && (end.exitCode === 0 || !isRepeatable)) {
      const ended = finish(deps, { inputs, attempt, what }, end.exitCode);
      await ended.then(
        (outputs) => settle(deps, found.run, attempt, outputs),
        async (error: Failure) => {
          await settleFailed(deps, found.run, attempt, error);
          throw error;
        },
      );
    } else if (end.state === 'unknown' && !isRepeatable) {
      await keepLedger(attempt);
      throw new Failure(
        'CommandFailed',
        `${what} was killed together with what watched it, and how it ended is not known: look at what it does`,
      );
    } else if (end.state === 'never started' && !attempt.isOver) {
      throw underWay(what);
    } else {
      if (end.state === 'never started' && found.begunBy === idOf(attempt)) await noteEnd(deps, found.run, { neverStarted: true });
      await closeAttempt(attempt);
    }
  }
}

/** How it ended is noted first, where every machine can read it: only then may the traces on this one go. */
async function settle(deps: CommandDeps, run: string, attempt: Attempt, outputs: Outputs): Promise<Outputs> {
  await noteEnd(deps, run, { outputs });
  await closeAttempt(attempt);
  return outputs;
}

async function settleFailed(deps: CommandDeps, run: string, attempt: Attempt, { message }: Failure): Promise<void> {
  await noteEnd(deps, run, { failure: message });
  await closeAttempt(attempt);
}

const idOf = ({ folder }: Attempt): string => basename(folder);

const elsewhere = (what: string): Failure =>
  new Failure('CommandFailed', `${what} was started by another worker, and how it ended is not known: look at what it does`);

/** Retried: whoever was first will have started it by then, or given up. */
const underWay = (what: string): Failure => new Failure('SystemUnavailable', `${what} is being started by another attempt`);

/** Only the command itself makes the files that are kept, its undo does not. */
const withoutOutputs = (inputs: CommandInputs, program: Run['program']): CommandInputs =>
  program === inputs.definition ? inputs : { ...inputs, configuration: { ...inputs.configuration, outputs: [] } };
