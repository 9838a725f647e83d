import { isError } from '../finding.js';
import { inOrder } from '../in-order.js';
import type { Descriptor } from '../read-descriptor.js';
import type { VerdictCache } from './cache.js';
import { judgeDocuments } from './check.js';

/**
 * A descriptor with what its documents in other languages have to say, all in one list, whatever else is wrong with it; without its
 * product when one of them has an error.
 */
export async function withForeignDocuments<D extends Descriptor>(read: D, cache?: VerdictCache): Promise<D> {
  const { documents, positions, findings: told } = read;
  const found = await judgeDocuments(documents, { positions, told, ...(cache && { cache }) });
  if (found.length === 0) return read;
  const findings = inOrder([...told, ...found]);
  if (!found.some(isError)) return { ...read, findings };
  const { product: _, ...rest } = read;
  return { ...(rest as D), findings };
}
