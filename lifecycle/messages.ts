import type { ApprovalStage, Vote } from './approvals.js';
import type { BlobRef, Digest } from './digest.js';
import type { Page, Remainder } from './executor.js';
import type { Arrival, Person } from './people.js';
import type { OperationKind } from './ids.js';
import type { StartForm } from './start-form.js';

/** What people and programs send to a running operation, and what it answers. One JSON object each: that is what the Temporal UI can send. */

export interface DecisionMessage {
  /** The exception's digest, or its first 12 digits. */
  exception: string;
  approver: string;
  comment?: string;
  /** A signed statement; without one the environment decides whether a claim is enough. */
  statement?: string;
  /** ISO time at which a grant is to end, if earlier than what the request allows. */
  until?: string;
  /** Set by an operation that passes the message on: where it arrived. */
  via?: Arrival;
}

export interface DelegateMessage extends DecisionMessage {
  /** Who decides instead. */
  to: string;
}

export interface DecideMessage extends DecisionMessage {
  decision: 'approve' | 'reject' | 'delegate';
  to?: string;
}

export interface WithdrawMessage {
  by: string;
  reason?: string;
  statement?: string;
  via?: Arrival;
}

/** Ask for a granted exception once more, before it runs out: the same people decide. */
export interface RenewMessage {
  by: string;
  reason?: string;
  ticket?: string;
  statement?: string;
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
  delegateException: 'delegateException',
  renewException: 'renewException',
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
  ticket?: string;
  /** Groups that may decide, those of the first stage. */
  approvers: string[];
  /** ISO time; after it the answer is no. */
  deadline: string;
  /** ISO time at which a grant ends, if it is given at once. */
  expiresAt: string;
  /** What follows is left out by requests that were opened before exceptions had stages. */
  requestedAt?: string;
  requester?: Person;
  stages?: ApprovalStage[];
  reminderEveryMs?: number;
  /** Groups that may decide, too, from an ISO time on. */
  escalation?: { at: string; groups: string[] };
  /** A grant ends so long after it was given. */
  validForMs?: number;
  expiryReminderMs?: number;
  policy?: { name: string; version: string; digest: Digest; owner: string };
  pointer?: string;
  /** False when the worker has nobody to notify. */
  notifies?: boolean;
  /** True where decisions have to be signed: a claimed name does not count. */
  isSigned?: boolean;
  /** What it was found in: judged again when the grant has run out. */
  found?: FoundIn;
}

export interface FoundIn {
  point: string;
  /** Version that it is about. */
  version: string;
  bundle: Digest;
  fqn: string;
  plan?: BlobRef;
  /** The life of the instance. */
  life?: number;
}

/** Where an open request stands, for the page and the command line. */
export interface RequestStanding {
  stage: number;
  stages: number;
  /** Who decides now. */
  roles: string[];
  approvals: number;
  wanted: number;
  votes: { by: string; seat: string; decision: 'approve' | 'reject'; stage: number }[];
}

export interface ExceptionOutcome {
  digest: Digest;
  decision: 'granted' | 'rejected' | 'expired' | 'withdrawn';
  by: string;
  comment?: string;
  /** ISO times. */
  decidedAt?: string;
  expiresAt?: string;
  votes?: Vote[];
}

/** What the request's workflow tells the operations that wait for it: the outcome, or why a message was not obeyed. */
export type DecisionAnswer =
  | { digest: Digest; outcome: ExceptionOutcome }
  | { digest: Digest; approver: string; refused: string; via?: Arrival }
  /** Obeyed, and more is needed before it is decided. */
  | { digest: Digest; approver: string; counted: string; via?: Arrival };

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
  /** Where it can be looked at, once it is there. */
  pages?: Page[];
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
  /** Of a request: how far it is decided. */
  standing?: RequestStanding;
  /** Of a request: the grant that holds, and what was asked last. */
  granted?: ExceptionOutcome;
  request?: ExceptionRequest;
  /** Messages that were not obeyed, and why. */
  refused: string[];
  remains: (Remainder & { step: string })[];
  /** Things worth knowing that did not stop the run: warnings, metadata that is still on its way. */
  notes: string[];
  /** Base of links into the Temporal UI, once it is known. */
  uiUrl?: string;
  /** How it ended, when it has. */
  ending?: Ending;
}

export interface Ending {
  /** The failure that it ended with: its type, and what happened with what to do next. */
  failure?: { type: string; message: string };
  /** What usually comes next, and a link to the page that starts it. */
  next?: StartForm & { link: string; isSigned?: boolean };
}
