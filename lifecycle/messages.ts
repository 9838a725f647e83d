import type { Digest } from './digest.js';
import type { Remainder } from './executor.js';
import type { OperationKind } from './ids.js';

/** What people and programs send to a running operation, and what it answers. One JSON object each: that is what the Temporal UI can send. */

export interface DecisionMessage {
  /** The exception's digest, or its first 12 digits. */
  exception: string;
  approver: string;
  comment?: string;
  /** A signed statement; without one the environment decides whether a claim is enough. */
  statement?: string;
}

export interface DecideMessage extends DecisionMessage {
  decision: 'approve' | 'reject';
}

export interface WithdrawMessage {
  by: string;
  reason?: string;
}

/** retry: undo again; skip, keep: leave it as it is; delete: undo again although data is lost. */
export interface ResolveCompensationMessage {
  step: string;
  action: 'retry' | 'skip' | 'keep' | 'delete';
  operator: string;
  reason?: string;
}

export const messageNames = {
  approveException: 'approveException',
  rejectException: 'rejectException',
  decideException: 'decideException',
  withdrawRequest: 'withdrawRequest',
  resolveCompensation: 'resolveCompensation',
  decisionAnswered: 'decisionAnswered',
  awaitDecision: 'awaitDecision',
  status: 'status',
} as const;

/** What a request for an exception is about. */
export interface ExceptionRequest {
  digest: Digest;
  rule: string;
  message: string;
  line: string;
  environment: string;
  /** What would be excepted, one line each. */
  evidence: string[];
  requestedBy: string;
  reason?: string;
  /** Groups that may decide. */
  approvers: string[];
  /** ISO time; after it the answer is no. */
  deadline: string;
  /** ISO time at which a grant ends. */
  expiresAt: string;
}

export interface ExceptionOutcome {
  digest: Digest;
  decision: 'granted' | 'rejected' | 'expired' | 'withdrawn';
  by: string;
  comment?: string;
}

/** What the request's workflow tells the operations that wait for it: the outcome, or why a message was not obeyed. */
export type DecisionAnswer = { digest: Digest; outcome: ExceptionOutcome } | { digest: Digest; approver: string; refused: string };

export type StepState =
  'waiting' | 'running' | 'verifying' | 'done' | 'unchanged' | 'failed' | 'undoing' | 'undone' | 'remains' | 'skipped';

export interface StepStatus {
  id: string;
  title: string;
  executor: string;
  state: StepState;
  /** ISO time of the last change of state. */
  since?: string;
  note?: string;
}

/** Everything that the page and the command line show. */
export interface OperationStatus {
  operation: OperationKind | 'exception';
  product: string;
  version: string;
  environment?: string;
  /** What is being done, in words, e.g. `applying`, `waiting for approval`. */
  state: string;
  since: string;
  steps: StepStatus[];
  awaiting: ExceptionRequest[];
  /** Messages that were not obeyed, and why. */
  refused: string[];
  remains: (Remainder & { step: string })[];
  /** Things worth knowing that did not stop the run: warnings, metadata that is still on its way. */
  notes: string[];
}
