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

/**
 * The run of a group that is next, or was begun and has no known end. Marks are never taken back, so runs that failed are counted: an
 * operator who has corrected the cause may try again.
 */
export async function nextRun(deps: CommandDeps, group: string): Promise<{ run: string; begun: boolean; failure?: string }> {
  let failure: string | undefined;
  for (let number = 1; ; number++) {
    const run = `${group}/${number}`;
    const failed = await deps.results.get<string>(failedKey(run));
    if (failed === undefined) return { run, begun: await isNoted(deps, run, 'started'), ...(failure === undefined ? {} : { failure }) };
    failure = failed;
  }
}

/** Says that a run has ended, and how: nothing of it is under way any more. */
export const noteFailed = async (deps: CommandDeps, run: string, message: string): Promise<void> => {
  await deps.results.put(failedKey(run), message);
};

const failedKey = (run: string): string => `command/${run}/failed`;

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
