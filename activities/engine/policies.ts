import type { BlobRef } from '../../lifecycle/digest.js';
import type { PolicyBundle } from '../../policies/index.js';
import type { EngineDeps } from './deps.js';

/** Bundles of policies that runs were started under; one changes when the platform changes its policies. */
const MOST_KEPT = 16;

/** The policies that a run is judged by: fixed when it starts, so that a change of them is never half of a judgement. */
export interface Policies {
  /** Stores the bundle in force; a run keeps the reference and is judged by it to its end. */
  pin(): Promise<BlobRef>;
  /** The bundle of a run; the one in force for a run that was started before runs kept one. */
  of(ref: BlobRef | undefined): Promise<PolicyBundle>;
}

export function createPolicies({ catalog, policies }: Pick<EngineDeps, 'catalog' | 'policies'>): Policies {
  const known = new Map<BlobRef, PolicyBundle>();
  let stored: Promise<BlobRef> | undefined;
  return {
    pin() {
      stored ??= catalog.blobs.putJson(policies);
      // A store that was down is asked again.
      stored.catch(() => (stored = undefined));
      return stored;
    },
    async of(ref) {
      if (ref === undefined) return policies;
      const found = known.get(ref) ?? (await catalog.blobs.getJson<PolicyBundle>(ref));
      known.set(ref, found);
      const oldest = known.keys().next().value;
      if (known.size > MOST_KEPT && oldest !== undefined) known.delete(oldest);
      return found;
    },
  };
}
