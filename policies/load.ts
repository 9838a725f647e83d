import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { digestOfJson } from '../descriptors/digest.js';
import { packageRoot } from './package-root.js';
import type { LoadedPolicy, Policy, PolicyBundle } from './policy.js';
import { faultsOf } from './rego/index.js';

/** The folder of the policies that come with Steward. */
export const defaultsFolder: string = join(packageRoot, 'policies', 'defaults');

/** Beside `<policy>.yaml`: what it has to say of which facts (cases.ts). */
export const CASES = /\.cases\.ya?ml$/;

/** A module that a policy names. */
const REGO = /\.rego$/;

/** Policies that cannot be used, each with its faults. */
export class UnusablePolicies extends Error {
  override readonly name = 'UnusablePolicies';
}

/** The policies that come with Steward. */
export const defaultPolicies = (): PolicyBundle => readPolicies(defaultsFolder);

/**
 * The policies that a worker or a command is told to use: those of a folder beside the ones that come with Steward, where these count.
 * Throws as `readPolicies`.
 */
export function policiesOf({ folder, defaults }: { folder?: string; defaults: boolean }): PolicyBundle {
  const own = defaults ? defaultPolicies() : loadPolicies([]);
  return folder === undefined ? own : combined(own, readPolicies(folder));
}

/** The policies of a folder, one YAML file each, with the modules of those in Rego. Throws `UnusablePolicies`, and what the file system says of a folder that is not there. */
export function readPolicies(folder: string): PolicyBundle {
  const files = readdirSync(folder).filter((name) => (/\.ya?ml$/.test(name) && !CASES.test(name)) || REGO.test(name));
  return loadPolicies(files.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') })));
}

/** Both; where both have a policy of one name, the second one's: a platform may give a default another weight. */
export function combined(first: PolicyBundle, second: PolicyBundle): PolicyBundle {
  const byName = new Map([...first.policies, ...second.policies].map((policy) => [policy.name, policy]));
  return bundleOf([...byName.values()]);
}

/**
 * Makes a bundle of policy files, and of the modules that they name. Throws an error that lists every file which is no policy by the schema
 * or may not be one: a bundle with a hole in it must not be used. Neither expressions nor modules are tried here; one that does not compile
 * fails closed when it is evaluated.
 */
export function loadPolicies(files: { name: string; text: string }[]): PolicyBundle {
  const ajv = new Ajv2020({ allErrors: true });
  addFormats.default(ajv);
  const isPolicy = ajv.compile<Policy>(JSON.parse(readFileSync(join(packageRoot, 'policies', 'policy.schema.json'), 'utf8')) as object);
  const modules = new Map(files.filter(({ name }) => REGO.test(name)).map(({ name, text }) => [name, text]));
  const faults: string[] = [];
  const policies: LoadedPolicy[] = [];
  for (const { name, text } of files.filter((file) => !modules.has(file.name))) {
    try {
      const policy: unknown = parse(text);
      if (isPolicy(policy)) policies.push(withDigest(policy, modules));
      else faults.push(`${name}: ${ajv.errorsText(isPolicy.errors, { dataVar: 'policy' })}`);
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`);
    }
  }
  const names = policies.map(({ name }) => name);
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) faults.push(`two policies are named ${name}`);
  if (faults.length > 0) throw new UnusablePolicies(`The policies cannot be used: ${faults.join('; ')}`);
  return bundleOf(policies);
}

/** Throws for a module that is not there or may not be used. */
function withDigest(policy: Policy, modules: ReadonlyMap<string, string>): LoadedPolicy {
  if (policy.rego === undefined) return { ...policy, digest: digestOfJson(policy) };
  const module = modules.get(policy.rego);
  if (module === undefined) throw new UnusablePolicies(`${policy.rego} is not beside it`);
  const faults = faultsOf(module);
  if (faults.length > 0) throw new UnusablePolicies(faults.map((fault) => `${policy.rego}, ${fault}`).join('; '));
  const loaded = { ...policy, module };
  return { ...loaded, digest: digestOfJson(loaded) };
}

function bundleOf(policies: LoadedPolicy[]): PolicyBundle {
  const ordered = [...policies].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { digest: digestOfJson(ordered.map(({ digest }) => digest)), policies: ordered };
}
