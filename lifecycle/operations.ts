import type { Digest, Json } from './digest.js';
import type { Finding } from '../descriptors/finding.js';
import type { PlannedChange, Remainder } from './executor.js';
import type { Unproven } from './rehearsal.js';

/** The inputs that people type into the Temporal UI and that the command line sends, and the results. */

export interface RegisterInput {
  /** Digest of a bundle that was uploaded before: what the command line sends. */
  bundle?: Digest;
  /**
   * Where the worker fetches it from: `git+https://host/repository@<commit>#path` with the whole commit, or the address of the root document,
   * `https://host/path`. Hosts are allowed by the worker's configuration; no credentials are sent.
   */
  descriptorUrl?: string;
  /** A small, self-contained descriptor. */
  descriptor?: { [key: string]: Json };
  /** A label; who somebody is gets established as the environment asks. */
  requestedBy?: string;
  reason?: string;
  /** Where the change is written down, e.g. an issue; some policies ask for one. */
  ticket?: string;
  /** Signed by who asks, where the environment wants to know for sure (docs/identity.md). */
  statement?: string;
  dryRun?: boolean;
}

export interface DeployInput {
  /** The line, the fully qualified name, an older spelling of it, or the id (UUID) of one of them. */
  product: string;
  version: string;
  environment: string;
  requestedBy?: string;
  reason?: string;
  /** Where the change is written down, e.g. an issue; some policies ask for one. */
  ticket?: string;
  /** Signed by who asks, where the environment wants to know for sure (docs/identity.md). */
  statement?: string;
  dryRun?: boolean;
  /**
   * Digest of a bundle of this very version that was uploaded and is not registered: with `dryRun` only, where the environment plans such
   * versions (`planUnregistered`), e.g. for a pull request.
   */
  bundle?: Digest;
}

export type UpgradeInput = DeployInput;

export interface RetireInput extends Omit<DeployInput, 'bundle'> {
  /** ISO date or time; default: now and the environment's deprecation period. */
  sunset?: string;
}

export interface RecoverInput {
  product: string;
  environment: string;
  requestedBy?: string;
  reason?: string;
  /** Where the change is written down, e.g. an issue; some policies ask for one. */
  ticket?: string;
  /** Signed by who asks, where the environment wants to know for sure (docs/identity.md). */
  statement?: string;
}

export interface RecoverResult {
  state: 'recovered' | 'clean';
  product: string;
  environment: string;
  /** The operation whose remains were cleared away. */
  recovered?: string;
}

export interface RehearseInput {
  product: string;
  /** Default: the newest registered version. */
  version?: string;
  /** Rehearses the upgrade from this version; left out: the deploy. */
  from?: string;
  environment: string;
  requestedBy?: string;
  reason?: string;
  /** Where the change is written down, e.g. an issue. */
  ticket?: string;
  /** Signed by who asks, where the environment wants to know for sure (docs/identity.md). */
  statement?: string;
}

export interface RehearsalResult {
  state: 'rehearsed';
  product: string;
  fqn: string;
  rehearsed: 'deploy' | 'upgrade';
  from?: string;
  version: string;
  environment: string;
  /** How many things there were at the end of the operation that is undone, which the undo had to bring back or take away. */
  compared: number;
  unproven: Unproven[];
  seconds: number;
}

export interface InspectInput {
  product: string;
  /** Default: what runs; of several majors the newest. */
  version?: string;
  environment: string;
  requestedBy?: string;
  reason?: string;
  /** Signed by who asks, where the environment wants to know for sure (docs/identity.md). */
  statement?: string;
}

export interface RegisterResult {
  state: 'registered' | 'alreadyRegistered' | 'valid';
  product: string;
  fqn: string;
  version: string;
  bundle: Digest;
  findings: Finding[];
}

export interface OperationResult {
  state: 'deployed' | 'upgraded' | 'retired' | 'unchanged' | 'planned';
  product: string;
  fqn: string;
  version: string;
  environment: string;
  /** What the plan changed (or would change, when only planned), by step. */
  changes: { step: string; changes: PlannedChange[]; unknown: string[] }[];
  findings: Finding[];
  plan: Digest;
  /** What an operator decided to leave of what was to go. */
  left?: (Remainder & { step: string })[];
}

/** How an operation ended that could not be done. Details of the failure. */
export interface FailureReport {
  product: string;
  environment?: string;
  step?: string;
  ended: 'refused' | 'compensated' | 'superseded' | 'needs-operator' | 'left';
  remains: (Remainder & { step: string })[];
  next: string;
}
