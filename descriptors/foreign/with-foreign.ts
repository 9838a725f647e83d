import { isError } from '../finding.js';
import type { Descriptor } from '../read-descriptor.js';
import type { VerdictCache } from './cache.js';
import { checkForeignDocuments } from './check.js';

/** A descriptor with what its documents in other languages have to say; without its product when one of them has an error. */
export async function withForeignDocuments<D extends Descriptor>(read: D, cache?: VerdictCache): Promise<D> {
  const { product, positions, findings: own } = read;
  if (!product) return read;
  const found = await checkForeignDocuments(product, { positions, ...(cache && { cache }) });
  if (found.length === 0) return read;
  const [errors, others] = [found.filter(isError), found.filter((finding) => !isError(finding))];
  const findings = [...errors, ...own, ...others];
  if (errors.length === 0) return { ...read, findings };
  const { product: _, ...rest } = read;
  return { ...(rest as D), findings };
}
