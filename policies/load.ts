import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { digestOfJson } from '../descriptors/digest.js';
import { packageRoot } from './package-root.js';
import type { LoadedPolicy, Policy, PolicyBundle } from './policy.js';

/** The folder of the policies that come with Steward. */
export const defaultsFolder: string = join(packageRoot, 'policies', 'defaults');

/** Beside `<policy>.yaml`: what it has to say of which facts (cases.ts). */
export const CASES = /\.cases\.ya?ml$/;

/** Policies that cannot be used, each with its faults. */
export class UnusablePolicies extends Error {
  override readonly name = 'UnusablePolicies';
}

/** The policies that come with Steward. */
export const defaultPolicies = (): PolicyBundle => readPolicies(defaultsFolder);

/** The policies of a folder, one YAML file each. Throws `UnusablePolicies`, and what the file system says of a folder that is not there. */
export function readPolicies(folder: string): PolicyBundle {
  const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name) && !CASES.test(name));
  return loadPolicies(files.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') })));
}

/** Both; where both have a policy of one name, the second one's: a platform may give a default another weight. */
export function combined(first: PolicyBundle, second: PolicyBundle): PolicyBundle {
  const byName = new Map([...first.policies, ...second.policies].map((policy) => [policy.name, policy]));
  return bundleOf([...byName.values()]);
}

/**
 * Makes a bundle of policy files. Throws an error that lists every file which is no policy by the schema: a bundle with a hole in it must
 * not be used. Expressions are not tried here; one that does not compile fails closed when it is evaluated.
 */
export function loadPolicies(files: { name: string; text: string }[]): PolicyBundle {
  const ajv = new Ajv2020({ allErrors: true });
  addFormats.default(ajv);
  const isPolicy = ajv.compile<Policy>(JSON.parse(readFileSync(join(packageRoot, 'policies', 'policy.schema.json'), 'utf8')) as object);
  const faults: string[] = [];
  const policies: LoadedPolicy[] = [];
  for (const { name, text } of files) {
    try {
      const policy: unknown = parse(text);
      if (isPolicy(policy)) policies.push({ ...policy, digest: digestOfJson(policy) });
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

function bundleOf(policies: LoadedPolicy[]): PolicyBundle {
  const ordered = [...policies].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { digest: digestOfJson(ordered.map(({ digest }) => digest)), policies: ordered };
}
