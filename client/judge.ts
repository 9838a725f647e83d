import type { PackedBundle, Product } from '../descriptors/index.js';
import { compareWithHistory, lineOf } from '../descriptors/index.js';
import { Failure } from '../lifecycle/failures.js';
import type { Command } from 'commander';
import { evaluate, type PolicyBundle, type PolicyFinding } from '../policies/index.js';
import { opaFailure, opaFor, opaOption, policiesFor } from './policies.js';

export interface PolicyOptions {
  policies?: string;
  defaults: boolean;
  opa?: string;
  as: string;
}

/** Adds the options that say by which policies a registration is judged, and who would ask for it. */
export const withPolicies = (self: Command): Command =>
  self
    .option('--policies <folder>', 'policies of the platform, beside the ones that come with Steward')
    .option('--no-defaults', 'without the ones that come with Steward')
    .option(...opaOption)
    .option('--as <name>', 'who would register', 'anonymous');

/** What may come of a registration: `needs-approval` where somebody can grant all that is in its way. */
export type Verdict = 'allowed' | 'needs-approval' | 'refused';

export interface Judgement {
  verdict: Verdict;
  bundle: PolicyBundle;
  findings: PolicyFinding[];
}

/**
 * What the policies say of a registration; needs no server but OPA, where one is named.
 * Throws `UsageFailure` and `InvalidInput` for policies that cannot be used, and what OPA's failures are.
 */
export async function judged(
  { product, packed }: { product: Product; packed: PackedBundle },
  former: Product | undefined,
  { policies: folder, defaults, opa: url, as: requestedBy }: PolicyOptions,
  now: string,
): Promise<Judgement> {
  const bundle = policiesFor({ folder, defaults });
  const opa = opaFor(
    url,
    bundle.policies.filter(({ points }) => points.includes('register')),
  );
  const comparison = former && compareWithHistory([former], product, { facts: { now } });
  const facts = { operation: 'register', product, bundle: packed.digest, comparison, changes: [], request: { requestedBy }, now };
  const findings = await evaluate(bundle, 'register', facts, opa).catch((cause: unknown) => Promise.reject(opaFailure(cause)));
  return { verdict: verdictOf(findings), bundle, findings };
}

/** Throws `InvalidInput` for versions of two products. @param called how people call the former one */
export function assertSameProduct(former: Product, product: Product, called: string): void {
  if (lineOf(former.info.fullyQualifiedName) !== lineOf(product.info.fullyQualifiedName))
    throw new Failure('InvalidInput', `${called} is another product: ${former.info.fullyQualifiedName}`);
}

function verdictOf(findings: PolicyFinding[]): Verdict {
  const blocking = findings.filter((finding) => finding.blocking);
  if (blocking.some(({ exception }) => exception === undefined)) return 'refused';
  return blocking.length > 0 ? 'needs-approval' : 'allowed';
}
