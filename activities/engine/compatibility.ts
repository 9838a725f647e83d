import { compareWithHistory } from '../../descriptors/index.js';
import type { ChangeFinding, Comparison } from '../../descriptors/index.js';
import { lineOf, majorOf } from '../../descriptors/identify/index.js';
import type { Product } from '../../descriptors/product.js';
import type { Finding } from '../../lifecycle/finding.js';
import type { ProductRecord } from '../../lifecycle/records.js';
import type { EngineDeps } from './deps.js';
import { productIn } from './product.js';

/** A comparison with every registered version of the major; `against` is the latest of them. */
export type Compared = Comparison & { against: string };

/**
 * Against every registered version of the same major: a consumer may still stand on any of them. Undefined for the first of its major.
 * @param now ISO 8601 time, for rules about dates
 */
export async function compareWithAll(
  deps: Pick<EngineDeps, 'bundle' | 'descriptors'>,
  product: Product,
  known: ProductRecord | undefined,
  now: string,
): Promise<Compared | undefined> {
  const { version } = namesOf(product);
  const former = Object.values(known?.versions ?? {}).filter(
    (other) => other.version !== version && majorOf(other.version) === majorOf(version) && other.state !== 'rejected',
  );
  const products = await Promise.all(former.map(({ bundle, fqn }) => productIn(deps, bundle, fqn)));
  return compareWithHistory(products, product, { facts: { now } });
}

/** Differences as findings of a registration: errors stop it, warnings need somebody's approval. */
export const findingsOf = (comparison: Compared | undefined): Finding[] =>
  (comparison?.findings ?? []).map((change) => {
    const { rule, pointer = '', message, against, before, after } = change;
    const from = against === undefined ? `against ${comparison!.against}: ` : '';
    const seen = before === undefined && after === undefined ? {} : { hint: `before: ${before ?? 'nothing'}; now: ${after ?? 'nothing'}` };
    return { rule, severity: severityOf(change, comparison!), pointer, message: from + message, ...seen };
  });

function severityOf({ class: kind }: ChangeFinding, { verdict }: Compared): Finding['severity'] {
  if (kind === 'reject' || (kind === 'breaking' && verdict === 'reject')) return 'error';
  return kind === 'needs-approval' ? 'warning' : 'info';
}

export function namesOf({ info }: Product): { line: string; fqn: string; version: string } {
  const fqn = info.fullyQualifiedName;
  return { line: lineOf(fqn) ?? fqn, fqn, version: info.version };
}
