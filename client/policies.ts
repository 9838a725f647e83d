import { Failure } from '../lifecycle/failures.js';
import { combined, defaultPolicies, loadPolicies, readPolicies, UnusablePolicies, type PolicyBundle } from '../policies/index.js';
import { UsageFailure } from './usage.js';

/** The policies that a command was told to use. Throws `UsageFailure` for a folder that cannot be read, `InvalidInput` for files that are no policies. */
export function policiesOf({ folder, defaults }: { folder: string | undefined; defaults: boolean }): PolicyBundle {
  const own = defaults ? defaultPolicies() : loadPolicies([]);
  return folder === undefined
    ? own
    : combined(
        own,
        withUse(folder, () => readPolicies(folder)),
      );
}

/** Runs what reads a folder of policies. */
export function withUse<T>(folder: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw unusable(folder, cause);
  }
}

/** What is wrong with a folder of policies, for people. */
export function unusable(folder: string, cause: unknown): Error {
  if (cause instanceof UnusablePolicies) return new Failure('InvalidInput', cause.message, { cause });
  const { code } = cause as NodeJS.ErrnoException;
  return code === undefined ? (cause as Error) : new UsageFailure(`${folder} cannot be read (${code})`, { cause });
}
