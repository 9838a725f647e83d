import type { Digest } from '../../lifecycle/digest.js';
import { isRehearsalKey } from '../../lifecycle/ids.js';
import type { Plan } from '../../lifecycle/plan.js';
import type { RehearsalEvidence } from '../../lifecycle/rehearsal.js';
import type { RehearsalFact } from '../../policies/index.js';
import type { EngineDeps } from './deps.js';

/** Policies want the latest; a version that is rehearsed every hour does not make every judgement slower. */
const MOST_READ = 50;

/**
 * The rehearsals of this very plan, in any environment, newest first: of the upgrade between these two bundles, or of the deploy of this
 * one where nothing of the major runs (or the same version does).
 */
export async function rehearsalsOf(
  { catalog }: Pick<EngineDeps, 'catalog'>,
  { line, from, to }: Pick<Plan, 'line' | 'from' | 'to'>,
): Promise<RehearsalFact[]> {
  if (!to) return [];
  const keys = (await catalog.evidence.list(line)).filter(isRehearsalKey).reverse().slice(0, MOST_READ);
  const read = await Promise.all(keys.map((key) => catalog.evidence.read<RehearsalEvidence>(key)));
  const former: Digest | undefined = from?.bundle === to.bundle ? undefined : from?.bundle;
  return read
    .filter((each) => each.to.bundle === to.bundle && each.from?.bundle === former)
    .map(({ rehearsed, environment, from: source, to: target, at, clean, unproven }) => ({
      operation: rehearsed,
      environment,
      ...(source && { from: source.version }),
      to: target.version,
      at,
      clean,
      whole: unproven.length === 0,
    }));
}
