import type { Digest, BlobRef } from './digest.js';
import type { Outputs, PlannedChange } from './executor.js';
import type { ApprovalStage, Vote } from './approvals.js';
import type { Finding } from './finding.js';
import type { OperationKind } from './ids.js';
import type { Ledger } from './ownership.js';

/** What the catalog keeps. Plain JSON, ISO 8601 times in UTC. */

export type VersionState = 'registered' | 'deprecated' | 'retired' | 'rejected';
export type InstanceState = 'deploying' | 'deployed' | 'upgrading' | 'retiring' | 'retired' | 'needs-operator';

export interface VersionRecord {
  version: string;
  fqn: string;
  /** Older spellings of the name that its descriptor was written with: it is found by them, and by their ids. */
  aliases?: string[];
  state: VersionState;
  bundle: Digest;
  registeredAt: string;
  registeredBy: string;
  /** The run that registered it: by this it knows its own write again when the answer was lost. Left out by older records. */
  runId?: string;
  /** When a deprecated version goes away. */
  sunset?: string;
}

/** `products/<line>/product.json`: one conditional write of it commits a registration. */
export interface ProductRecord {
  line: string;
  name: string;
  displayName?: string;
  domain: string;
  owner: string;
  versions: { [version: string]: VersionRecord };
}

/** One running (or retired) major of a product in an environment. */
export interface InstanceRecord {
  fqn: string;
  version: string;
  bundle: Digest;
  state: InstanceState;
  since: string;
  /** The fence under which it came into being; kept by upgrades. What was granted in one life does not count in the next. */
  life: number;
  /** The plan whose steps made it what it is. */
  plan: BlobRef;
  outputs: { [component: string]: Outputs };
  /** Workflow that wrote this. */
  workflowId: string;
  /** What it owns; of what is retired, what was left by decision. Left out by instances of before there was a ledger. */
  owns?: Ledger;
  /** Set where the instance is older than its ledger: what was made before this time is in no entry. */
  ownsFrom?: string;
  /** Set when the instance was announced as going away. */
  deprecation?: {
    announcedAt: string;
    sunset: string;
    /** Workflow that announced it, and may take it back. */
    workflowId: string;
    /** What it came with; left out by older records. */
    operation?: 'retire' | 'upgrade';
  };
}

export type OperationPhase = 'applying' | 'finalising' | 'compensating' | 'needs-operator';

/** The lock and the way back: written before the first effect, cleared by the write that records the end. */
export interface OperationRecord {
  operation: OperationKind;
  workflowId: string;
  runId: string;
  /** Temporal's namespace of the run; left out by versions of before. */
  namespace?: string;
  fqn: string;
  plan: BlobRef;
  /** Before-images by step: the plan's, until a step acts on a later one. */
  before: { [step: string]: BlobRef };
  /** Outputs that such a step acted on: without them it cannot be undone. */
  outputs?: { [component: string]: Outputs };
  /** What such a step changes: the plan did not know it, the ledger needs it. */
  changes?: { [step: string]: PlannedChange[] };
  phase: OperationPhase;
  /** Goes up when the record is taken over, so that late effects of the former holder stop. */
  fence: number;
  /** The fence of the first taking: part of the idempotency keys of the effects. */
  take: number;
  since: string;
  requestedBy: string;
}

/** `products/<line>/environments/<env>/environment.json`, changed by compare-and-swap only. */
export interface EnvironmentRecord {
  line: string;
  environment: string;
  /** Counts up with every operation that takes the record; never down. */
  fence: number;
  /** By major version, e.g. `1`. */
  instances: { [major: string]: InstanceRecord };
  operation?: OperationRecord;
}

/** A person's time-limited permission that one finding may stand. */
export interface ExceptionRecord {
  digest: Digest;
  /** Which request for it this answers: its deadline. An exception can be asked for again after a no. */
  request: string;
  rule: string;
  line: string;
  environment: string;
  decision: 'granted' | 'rejected' | 'expired' | 'withdrawn';
  decidedBy: string;
  decidedAt: string;
  comment?: string;
  /** How the approver was established: a signed statement, the identity in history, or a bare claim. */
  verifiedBy: 'statement' | 'identity' | 'claim';
  requestedBy: string;
  /** A grant ends here. */
  expiresAt?: string;
  /** What follows is left out by decisions of before exceptions had stages. */
  requestedAt?: string;
  reason?: string;
  ticket?: string;
  policy?: { name: string; version: string; digest: Digest; owner: string };
  pointer?: string;
  message?: string;
  evidence?: string[];
  stages?: ApprovalStage[];
  /** Groups that could decide, too, from an ISO time on. */
  escalation?: { at: string; groups: string[] };
  /** Who decided what, how that was established, and what was signed. */
  votes?: Vote[];
}

/** An exception has run out and what it covered still stands: seen by people, and by policies as `flags`. */
export interface FlagRecord {
  exception: Digest;
  rule: string;
  line: string;
  environment: string;
  pointer: string;
  message: string;
  grantedBy: string;
  expiredAt: string;
  flaggedAt: string;
  /** What it is about: the flag counts while this very version runs. */
  version: string;
  bundle: Digest;
  /** What the policies at `expired` said. */
  findings: Finding[];
  /** True when one of them stops further changes. */
  blocking: boolean;
}
