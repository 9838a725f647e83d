import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { digestOfJson } from '../descriptors/digest.js';
import { packageRoot } from './package-root.js';
import type { LoadedPolicy, Policy, PolicyBundle } from './policy.js';

const folder = join(packageRoot, 'policies');

/** The policies that come with Steward. */
export function defaultPolicies(): PolicyBundle {
  const defaults = join(folder, 'defaults');
  const files = readdirSync(defaults).filter((name) => name.endsWith('.yaml'));
  return loadPolicies(files.map((name) => ({ name, text: readFileSync(join(defaults, name), 'utf8') })));
}

/**
 * Makes a bundle of policy files. Throws an error that lists every file which is no policy by the schema: a bundle with a hole in it must
 * not be used. Expressions are not tried here; one that does not compile fails closed when it is evaluated.
 */
export function loadPolicies(files: { name: string; text: string }[]): PolicyBundle {
  const ajv = new Ajv2020({ allErrors: true });
  addFormats.default(ajv);
  const isPolicy = ajv.compile<Policy>(JSON.parse(readFileSync(join(folder, 'policy.schema.json'), 'utf8')) as object);
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
  policies.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const [index, { name }] of policies.entries()) if (policies[index + 1]?.name === name) faults.push(`two policies are named ${name}`);
  if (faults.length > 0) throw new Error(`The policies cannot be used: ${faults.join('; ')}`);
  return { digest: digestOfJson(policies.map(({ digest }) => digest)), policies };
}
