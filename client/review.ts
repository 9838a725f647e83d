import { compareDescriptors } from '../descriptors/index.js';
import type { ChangeFinding, Comparison, Judgements, Product } from '../descriptors/index.js';
import { placeOf } from '../descriptors/validate/index.js';
import type { Digest } from '../lifecycle/digest.js';
import type { Finding } from '../lifecycle/finding.js';
import { Failure, failures } from '../lifecycle/failures.js';
import type { PolicyFinding } from '../policies/index.js';
import { readLocal, readValid } from './descriptor.js';
import { EXIT_NEEDS_APPROVAL } from './exit-codes.js';
import { atRevision, MissingInRevision } from './git-revision.js';
import { UsageFailure } from './usage.js';
import { assertSameProduct, judged, type PolicyOptions, type Verdict } from './judge.js';

export interface ReviewOptions extends PolicyOptions {
  previous?: string;
  judgements?: Judgements;
}

/** Where a finding stands in the files, as far as it can be told. */
type Placed<F> = F & Pick<Finding, 'file' | 'line'>;

/** All that can be said of a descriptor before it is registered. Plain data: what reports are made of. */
export interface Review {
  /** `invalid`: it is no descriptor that could be judged further. */
  verdict: Verdict | 'invalid';
  /** The root document, from its folder. */
  root: string;
  /** Left out for one that is not valid. */
  product?: { name: string; fqn: string; version: string };
  /** Something that whoever reads the review should know. */
  note?: string;
  /** What the rules of descriptors say. */
  findings: Finding[];
  /** Against the former version; left out where there is none. */
  comparison?: Omit<Comparison, 'findings'> & { against: string; findings: Placed<ChangeFinding>[] };
  /** Left out for a descriptor that is not valid. */
  policies?: { count: number; digest: Digest; findings: Placed<PolicyFinding>[] };
  /** Who can grant what needs approval: groups, as the policies name them. */
  approvers: string[];
}

/**
 * Validates a descriptor, compares it with the former version and asks the policies. A former version that the revision does not have
 * means a new product. Throws as its parts do for what is no fault of the descriptor itself.
 */
export async function reviewOf(path: string, { previous, judgements = {}, ...options }: ReviewOptions): Promise<Review> {
  const read = await readLocal(path);
  const { product, findings, positions } = read;
  const { root } = read.files;
  if (!product) return { verdict: 'invalid', root, findings, approvers: [] };
  const now = new Date().toISOString();
  const { product: former, note } = previous === undefined ? {} : await formerAt(previous);
  if (former) assertSameProduct(former, product, previous!);
  const comparison = former && compareDescriptors(former, product, { judgements, facts: { now } });
  const judgement = await judged({ ...read, product }, former, options, now);
  const blocking = judgement.findings.filter((finding) => finding.blocking);
  const asks = comparison?.findings.some((finding) => finding.class === 'needs-approval') === true;
  const placed = <F extends { pointer?: string }>(finding: F): Placed<F> => {
    const { file, line } = placeOf(finding.pointer ?? '', positions);
    return { ...finding, ...(file !== undefined && { file }), ...(line !== undefined && { line }) };
  };
  const { name, fullyQualifiedName: fqn, version } = product.info;
  return {
    verdict: comparison?.verdict === 'reject' ? 'refused' : judgement.verdict === 'allowed' && asks ? 'needs-approval' : judgement.verdict,
    root,
    ...(note !== undefined && { note }),
    product: { name, fqn, version },
    findings,
    ...(comparison && { comparison: { ...comparison, against: former.info.version, findings: comparison.findings.map(placed) } }),
    policies: {
      count: judgement.bundle.policies.length,
      digest: judgement.bundle.digest,
      findings: judgement.findings.map(placed),
    },
    approvers: [...new Set(blocking.flatMap(approversOf))].sort(),
  };
}

/** Whoever of a policy's people may say yes; without any, those whom the worker's configuration names. */
function approversOf({ exception }: PolicyFinding): string[] {
  if (!exception) return [];
  const groups = exception.stages?.flatMap(({ roles }) => roles) ?? exception.roles;
  return groups.length === 0 ? ['the approvers of registrations'] : groups;
}

interface Former {
  product?: Product;
  /** Why there is nothing to compare with, where there should be. */
  note?: string;
}

/** A base that has no descriptor, or none that is valid, must not keep the change from being judged that mends it. */
async function formerAt(previous: string): Promise<Former> {
  try {
    return { product: await atRevision(previous, async (at) => (await readValid(at, previous)).product) };
  } catch (error) {
    if (error instanceof MissingInRevision) return {};
    if (!previous.startsWith('git:') || !(error instanceof Failure)) throw error;
    if (error instanceof UsageFailure) return {};
    const isInvalid = error.type === 'InvalidDescriptor' || error.type === 'SecretInInput';
    if (isInvalid) return { note: 'the former version is not valid itself, so that nothing is compared with it' };
    throw error;
  }
}

/** What a command ends with: the code of what is wrong, or the one for approvals; 0 where nothing stops it. */
export function exitOf({ verdict, comparison }: Review): number {
  if (verdict === 'invalid') return failures.InvalidDescriptor.exit;
  if (verdict === 'refused') return comparison?.verdict === 'reject' ? failures.NotCompatible.exit : failures.PolicyViolated.exit;
  return verdict === 'needs-approval' ? EXIT_NEEDS_APPROVAL : 0;
}
