import { compareDescriptors, filesOf, readDescriptor, type BundleFiles, type Product } from '../../descriptors/index.js';
import { digestOfJson } from '../../descriptors/digest.js';
import { defaultPolicies, evaluate } from '../../policies/index.js';
import type { LoadedPolicy, PolicyBundle, PolicyFacts } from '../../policies/index.js';
import { exampleFiles, ROOT } from '../unit/descriptors/example.js';
import { withPorts } from '../support/large-descriptor.js';
import { printTable } from './table.js';
import type { Row } from './table.js';

const POLICIES = 200;
/** Long enough that a collection of garbage or two belongs to it. */
const MEASURED_MS = 5_000;

/** Measures the judgement of a registration by many policies, in the thread that a worker and the command line judge in. Needs no servers. */
export async function measurePolicies(): Promise<void> {
  const bundle = many(POLICIES);
  const large = filesOf(ROOT, new Map([[ROOT, new TextEncoder().encode(JSON.stringify(withPorts(200)))]]));
  const rows: Row[] = [
    await rateOf('the example', bundle, filesOf(ROOT, exampleFiles('1.0.0'))),
    await rateOf('a product of 200 ports', bundle, large),
  ];
  console.log(`\nPolicies (${POLICIES}, the ones that come with Steward under many names):\n`);
  printTable(['judged', 'judgements', 'evaluations', 'what it means'], rows);
}

async function rateOf(name: string, bundle: PolicyBundle, files: BundleFiles): Promise<Row> {
  const product = productOf(files);
  const facts: PolicyFacts = {
    operation: 'register',
    product,
    comparison: { ...compareDescriptors(product, product), against: product.info.version },
    plan: { digest: digestOfJson(''), from: '0.9.0', to: product.info.version, direction: 'forward' },
    environment: { name: 'bench', stage: 'bench' },
    changes: [],
    request: { requestedBy: 'somebody' },
    now: '2026-01-01T00:00:00.000Z',
  };
  // The first one loads the thread and plans the expressions.
  const findings = await evaluate(bundle, 'register', facts);
  const broken = findings.find(({ rule }) => rule.endsWith('/broken'));
  if (broken) throw new Error(`a policy of the bench is broken: ${broken.message}`);
  const began = performance.now();
  let judgements = 0;
  while (performance.now() - began < MEASURED_MS) {
    await evaluate(bundle, 'register', facts);
    judgements++;
  }
  const rate = (judgements * 1000) / (performance.now() - began);
  const asked = bundle.policies.filter(({ points }) => points.includes('register')).length;
  const what = `${asked} policies at the point register, ${findings.length} findings; facts go to the thread each time`;
  return [name, `${rate.toFixed(1)} /s`, `${(rate * asked).toFixed(0)} /s`, what];
}

/** All of them at the point that is measured. */
function many(count: number): PolicyBundle {
  const { policies } = defaultPolicies();
  const made = Array.from({ length: count }, (_, index): LoadedPolicy => {
    const of = policies[index % policies.length]!;
    const policy = { ...of, name: `${of.name}-${index}`, points: ['register' as const], match: {} };
    return { ...policy, digest: digestOfJson(policy) };
  });
  return { digest: digestOfJson(made.map(({ digest }) => digest)), policies: made };
}

function productOf(files: BundleFiles): Product {
  const { product, findings } = readDescriptor(files);
  if (!product) throw new Error(`a descriptor of the bench is not valid: ${findings[0]?.message}`);
  return product;
}
