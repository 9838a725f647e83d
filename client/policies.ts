import { Failure } from '../lifecycle/failures.js';
import { createOpa, OpaError, policiesOf, UnusablePolicies, type LoadedPolicy, type Opa, type PolicyBundle } from '../policies/index.js';
import { UsageFailure } from './usage.js';

/** A bearer token for OPA: from the environment, because others can read the arguments of a process. */
const TOKEN = 'STEWARD_OPA_TOKEN';

/** For `--opa` of a command. */
export const opaOption = ['--opa <url>', `OPA server that evaluates policies in Rego; a token for it comes from ${TOKEN}`] as const;

/** The policies that a command was told to use. Throws `UsageFailure` for a folder that cannot be read, `InvalidInput` for files that are no policies. */
export const policiesFor = (chosen: { folder?: string; defaults: boolean }): PolicyBundle =>
  withUse(chosen.folder ?? 'Steward', () => policiesOf(chosen));

/**
 * The OPA server that a command was told to use. Throws `UsageFailure` for what is no address, `InvalidInput` where there is none and one of
 * the policies needs it.
 */
export function opaFor(url: string | undefined, policies: LoadedPolicy[]): Opa | undefined {
  if (url === undefined) {
    const needs = policies.find(({ rego }) => rego !== undefined);
    if (!needs) return undefined;
    throw new Failure('InvalidInput', `the policy ${needs.name} is written in Rego (${needs.rego}): name an OPA server by --opa <url>`, {
      next: 'Start one, e.g. opa run --server --addr 127.0.0.1:8181, and name it by --opa; docs/policies.md says more.',
    });
  }
  const isAddress = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isAddress) throw new UsageFailure('--opa takes an address such as http://127.0.0.1:8181');
  const { username, password } = new URL(url);
  if (username || password) throw new UsageFailure(`--opa takes an address without user and password: give a token by ${TOKEN}`);
  const token = process.env[TOKEN];
  return createOpa({ url, ...(token && { token: () => token }) });
}

/** What goes wrong with a server while it is asked, for people. */
export function opaFailure(cause: unknown): unknown {
  if (!(cause instanceof OpaError)) return cause;
  const next = cause.failure === 'SystemUnavailable' ? 'Start OPA there, or name another one by --opa.' : undefined;
  return new Failure(cause.failure, cause.message, { cause, ...(next !== undefined && { next }) });
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
