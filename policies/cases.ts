import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { evaluate } from './limits.js';
import { CASES, UnusablePolicies } from './load.js';
import { packageRoot } from './package-root.js';
import type { Opa } from './rego/index.js';
import type { DecisionPoint, PolicyBundle, PolicyFacts, PolicyFinding } from './policy.js';

/** One example of what a policy says. Written in `<policy>.cases.yaml`; schema: policies/cases.schema.json. */
export interface PolicyCase {
  /** What the example shows. */
  says: string;
  point: DecisionPoint;
  /** Merged over plain facts: objects key by key, anything else replaced. */
  facts?: object;
  /** The findings of this policy in their order; of each, what is written must be so. Empty = it has nothing to say. */
  expect: Partial<PolicyFinding>[];
}

export interface CaseResult {
  policy: string;
  says: string;
  /** Left out when the case holds; else what was found instead. */
  found?: PolicyFinding[];
}

/**
 * Runs the cases that lie beside the policies of a folder; those in Rego ask `opa`. Throws `UnusablePolicies` for files that are no cases,
 * and as `evaluate` where OPA is missing or does not answer.
 */
export async function runCases(folder: string, bundle: PolicyBundle, opa?: Opa): Promise<{ results: CaseResult[]; untested: string[] }> {
  const files = readdirSync(folder).filter((name) => CASES.test(name));
  const results: CaseResult[] = [];
  for (const file of files) {
    const policy = file.replace(CASES, '');
    if (!bundle.policies.some(({ name }) => name === policy)) throw new UnusablePolicies(`${file}: there is no policy ${policy} beside it`);
    for (const example of readCases(folder, file)) results.push(await runCase(policy, example, bundle, opa));
  }
  const tested = new Set(results.map(({ policy }) => policy));
  return { results, untested: bundle.policies.map(({ name }) => name).filter((name) => !tested.has(name)) };
}

async function runCase(
  policy: string,
  { says, point, facts = {}, expect }: PolicyCase,
  bundle: PolicyBundle,
  opa?: Opa,
): Promise<CaseResult> {
  const own = { ...bundle, policies: bundle.policies.filter(({ name }) => name === policy) };
  const found = await evaluate(own, point, merged(plainFacts, facts) as PolicyFacts, opa);
  const holds = found.length === expect.length && expect.every((wanted, index) => includes(found[index], wanted));
  return holds ? { policy, says } : { policy, says, found };
}

function readCases(folder: string, file: string): PolicyCase[] {
  const schema = JSON.parse(readFileSync(join(packageRoot, 'policies', 'cases.schema.json'), 'utf8')) as object;
  const ajv = new Ajv2020({ allErrors: true });
  const isCases = ajv.compile<{ cases: PolicyCase[] }>(schema);
  let read: unknown;
  try {
    read = parse(readFileSync(join(folder, file), 'utf8'));
  } catch (cause) {
    throw new UnusablePolicies(`${file}: ${(cause as Error).message}`, { cause });
  }
  if (!isCases(read)) throw new UnusablePolicies(`${file}: ${ajv.errorsText(isCases.errors, { dataVar: 'file' })}`);
  return read.cases;
}

/** A product of nothing but names, about to be deployed to an environment. */
const plainFacts: PolicyFacts = {
  operation: 'deploy',
  product: {
    dataProductDescriptor: '1.0.0',
    info: {
      id: '00000000-0000-5000-8000-000000000000',
      fullyQualifiedName: 'urn:dpds:org.example:dataproducts:sample:1',
      entityType: 'dataproduct',
      name: 'sample',
      version: '1.0.0',
      domain: 'samples',
      owner: { id: 'samples@example.org' },
    },
    interfaceComponents: { inputPorts: [], outputPorts: [], discoveryPorts: [], observabilityPorts: [], controlPorts: [] },
    internalComponents: { applicationComponents: [], infrastructuralComponents: [] },
  },
  changes: [],
  environment: { name: 'dev', stage: 'dev' },
  request: { requestedBy: 'somebody@example.org' },
  now: '2026-01-01T00:00:00.000Z',
};

const isPlain = (value: unknown): value is { [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Undefined members and null stand for "take it away". */
function merged(base: unknown, over: unknown): unknown {
  if (!isPlain(base) || !isPlain(over)) return over;
  const keys = [...new Set([...Object.keys(base), ...Object.keys(over)])];
  const pairs = keys.map((key) => [key, Object.hasOwn(over, key) ? merged(base[key], over[key]) : base[key]] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== null && value !== undefined));
}

/** Everything that is wanted is there, at any depth. */
function includes(found: unknown, wanted: unknown): boolean {
  if (isPlain(wanted)) return isPlain(found) && Object.keys(wanted).every((key) => includes(found[key], wanted[key]));
  if (Array.isArray(wanted))
    return Array.isArray(found) && found.length === wanted.length && wanted.every((each, index) => includes(found[index], each));
  return found === wanted;
}
