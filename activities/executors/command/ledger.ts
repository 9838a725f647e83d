import { digestOfJson } from '../../../descriptors/digest.js';
import type { Outputs } from '../../../lifecycle/executor.js';
import type { CommandDeps } from './deps.js';
import type { CommandInputs } from './inputs.js';

/** What one taking of a step has begun and finished; `started` is written before the program starts. */
export type Mark = 'started' | 'finished' | 'reverted';

export const note = async (deps: CommandDeps, key: string, mark: Mark): Promise<void> => {
  await deps.results.put(`command/${key}/${mark}`, true);
};

export const isNoted = async (deps: CommandDeps, key: string, mark: Mark): Promise<boolean> =>
  (await deps.results.get(`command/${key}/${mark}`)) !== undefined;

/** How a run is known to have ended. */
export type RunEnd = { outputs: Outputs } | { failure: string } | { neverStarted: true };

/** A run of a group of attempts. */
export interface CommandRun {
  run: string;
  /** The attempt that has noted that it is about to start the program; undefined = none has. */
  begunBy?: string;
  /** What it gave, when it has ended well. */
  outputs?: Outputs;
  /** How the run before it failed. */
  failure?: string;
}

/**
 * The run of a group that has ended well, or is next, or was begun and has no known end. Notes are never taken back, so runs are counted: an
 * operator who has corrected the cause of a failure may try again.
 */
export async function currentRun(deps: CommandDeps, group: string): Promise<CommandRun> {
  let failure: string | undefined;
  for (let number = 1; ; number++) {
    const run = `${group}/${number}`;
    const end = await deps.results.get<RunEnd>(endKey(run));
    const before = failure === undefined ? {} : { failure };
    if (end === undefined) return { run, begunBy: await deps.results.get<string>(begunKey(run)), ...before };
    if ('outputs' in end) return { run, outputs: end.outputs, ...before };
    failure = 'failure' in end ? end.failure : undefined;
  }
}

/** Notes before the program starts who is about to start it. Returns who was first: nobody else may. */
export const noteBegun = (deps: CommandDeps, run: string, attempt: string): Promise<string> => deps.results.put(begunKey(run), attempt);

/** Says that a run has ended, and how: nothing of it is under way any more. */
export const noteEnd = async (deps: CommandDeps, run: string, end: RunEnd): Promise<void> => {
  await deps.results.put(endKey(run), end);
};

const begunKey = (run: string): string => `command/${run}/started`;
const endKey = (run: string): string => `command/${run}/end`;

/**
 * What a command made of its inputs. A command without effects that has run once with the same inputs need not run
 * again, on whatever machine; for others the record says that these inputs have been run with.
 */
const made = (fqn: string, { task, digest }: CommandInputs): string => `command/made/${digestOfJson({ fqn, task: task.id, digest })}`;

/** Undefined = these inputs have not been run with, or are not all known yet. */
export const madeOf = async (deps: CommandDeps, fqn: string, inputs: CommandInputs): Promise<Outputs | undefined> =>
  inputs.unknown.length > 0 ? undefined : deps.results.get<Outputs>(made(fqn, inputs));

export const noteMade = async (deps: CommandDeps, fqn: string, inputs: CommandInputs, outputs: Outputs): Promise<void> => {
  await deps.results.put(made(fqn, inputs), outputs);
};
