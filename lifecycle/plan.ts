import type { BlobRef, Digest } from './digest.js';
import type { Preview } from './executor.js';
import type { OperationKind } from './ids.js';
import type { Change, StepPhase } from './task.js';

/** A version, fixed by the digest of its bundle. */
export interface VersionPin {
  version: string;
  fqn: string;
  bundle: Digest;
}

/** One step of an operation: what one executor does for one task. */
export interface Step {
  /** The task's id. */
  id: string;
  /** For people, e.g. `provision eventStore`. */
  title: string;
  executor: string;
  phase: StepPhase;
  change: Change;
  /** Steps that must be done before this one. A removal runs the same edges backwards. */
  after: string[];
}

export interface PreviewedStep extends Step {
  preview: Preview;
}

/** The ordered steps of an operation with what each would change. Stored as a blob; its digest is its name. */
export interface Plan {
  operation: OperationKind;
  line: string;
  fqn: string;
  environment: string;
  from?: VersionPin;
  to?: VersionPin;
  steps: PreviewedStep[];
}

export interface SealedPlan extends Plan {
  ref: BlobRef;
}

/** True when no step would change anything: the world is as wanted. */
export const isEmpty = (plan: Plan): boolean => plan.steps.every((step) => step.preview.changes.length === 0);

/**
 * True when `now` is what `judged` allowed: equal where it was known, unknowns filled, no further change, no worse class.
 * A step that could not be previewed at all before (unknown, no changes) may turn out as anything that loses no data.
 */
export function isRefinement(judged: Preview, now: Preview): boolean {
  if (now.digest === judged.digest) return true;
  if (judged.unknown.length === 0) return false;
  if (judged.changes.length === 0) return now.changes.every((change) => !change.dataLoss);
  return now.changes.every((change) =>
    judged.changes.some(
      (allowed) =>
        allowed.address === change.address &&
        allowed.action === change.action &&
        allowed.phase === change.phase &&
        (allowed.dataLoss || !change.dataLoss) &&
        (allowed.undo === change.undo || allowed.undo === 'none' || (allowed.undo === 'equivalent' && change.undo === 'exact')),
    ),
  );
}
