import type { Finding } from '../descriptors/finding.js';
import type { BlobRef, Digest } from './digest.js';
import type { Nonconformity, Outputs, Remainder } from './executor.js';
import type { RunKind } from './ids.js';
import type { AdHocDelegation, Vote, Voter } from './approvals.js';
import type { ExceptionOutcome, ExceptionRequest } from './messages.js';
import type { DecisionVerb } from './statements.js';
import type { InspectionTarget } from './inspection.js';
import type { DeployInput, InspectInput, RegisterInput, RegisterResult, RehearseInput, RetireInput } from './operations.js';
import type { Ledger } from './ownership.js';
import type { Arrival, Holder, Person } from './people.js';
import type { Plan, PreviewedStep, SealedPlan, Step, VersionPin } from './plan.js';
import type { RehearsalEvidence, RehearsalTarget, Survey, TwinState, Unproven } from './rehearsal.js';
import type { OperationPhase, OperationRecord } from './records.js';

export type { Arrival, Holder, Person } from './people.js';

/** The engine's own activities: what the workflows ask of the worker besides the executors' verbs. */

/** Waits and patience, from the worker's configuration, so that tests can shorten them. Milliseconds. */
export interface Settings {
  heartbeatMs: number;
  /** How long reading, planning and judging wait for a system that is down. */
  planPatienceMs: number;
  /** How long an effect waits for a system that is down before the operation turns back. */
  applyPatienceMs: number;
  /** How long an undo keeps trying before it is left to an operator. */
  undoPatienceMs: number;
  /** How long a recovery waits for effects of the former holder to stop. */
  takeoverWaitMs: number;
  /** False when the worker has nobody to notify: then nothing is started for it. Left out by workers of before there were notifications. */
  notifies?: boolean;
}

/** A request that was read, checked and pinned. */
export interface Target {
  operation: RunKind;
  line: string;
  fqn: string;
  domain: string;
  displayName: string;
  environment: string;
  requestedBy: string;
  /** Left out by workers of before people were told apart. */
  requester?: Person;
  reason?: string;
  ticket?: string;
  dryRun: boolean;
  from?: VersionPin;
  to?: VersionPin;
  /** Fence of the environment record when the request was read: unchanged = nobody acted in between. */
  fence: number;
  /** Which life of the instance this is about; left out before the first one. */
  life?: number;
  /** Set for retire: when the removal may begin. */
  sunset?: string;
  /** How long what is changed has to stay healthy before it is final, milliseconds; left out = not at all. */
  bakeMs?: number;
  /** Left by an operation that is closed and did not finish: recovered before anything is planned. */
  dirty?: Unfinished;
  /** Outputs of the running instance, by component. */
  outputs: { [component: string]: Outputs };
  /** What the running instance owns. */
  owns?: Ledger;
  /** The policies that the run is judged by. */
  policies?: BlobRef;
  settings: Settings;
  /** Base of links into the Temporal UI. */
  uiUrl: string;
}

export interface JudgedFinding extends Finding {
  policy?: string;
  /** `blocking` findings stop unless excepted. */
  blocking: boolean;
  /** Set when an exception can be asked for. */
  exception?: ExceptionRequest;
  /** Set when an exception that was granted covers it. */
  exceptedBy?: string;
}

/** What an operation left that is closed and had not finished. */
export interface Unfinished {
  record: OperationRecord;
  plan: SealedPlan;
  /** Outputs of the instance that it acted on. */
  outputs: { [component: string]: Outputs };
  /** What that instance owns. */
  owns?: Ledger;
}

export type Taken =
  | { state: 'taken'; fence: number }
  /** An operation that ended without finishing left this; it is undone or finished first. */
  | ({ state: 'dirty' } & Unfinished)
  /** Somebody acted since the plan was made: plan again. */
  | { state: 'changed'; fence: number };

/** A message as it reached a request. */
export interface SentDecision {
  /** Counts up over all runs of the request. */
  id: number;
  kind: DecisionVerb;
  /** Who claims to have sent it. */
  by: string;
  exception: string;
  comment?: string;
  until?: string;
  to?: string;
  ticket?: string;
  statement?: string;
  arrivedIn: Arrival;
  /** Where it arrived first, when an operation has passed it on. */
  via?: Arrival;
  /** ISO time. */
  at: string;
}

export type VerifiedDecision = { refused: string } | { voter: Voter; isRequester: boolean; comment?: string; until?: string; to?: string };

export type Expired =
  /** What it covered is no more, or nobody would ask for it today. */
  { flagged: false; why: string } | { flagged: true; findings: Finding[]; blocking: boolean };

export interface Compatibility {
  findings: Finding[];
  alreadyRegistered: boolean;
  comparedWith: string[];
}

export interface EngineActivities {
  /** Checks the input, who asks, what is registered and what runs; pins versions by digest. No effects. */
  readRequest(request: {
    operation: RunKind;
    input: DeployInput | RetireInput;
    holder: Holder;
    /** True after a wait: a retirement then takes whatever version of the major runs by now. */
    resumed: boolean;
    /** Set for a part of a rehearsal, in a twin: who asks has been established for the whole of it. */
    requester?: Person;
  }): Promise<Target>;
  /** From the pinned bundles to steps, ordered. */
  planSteps(target: Pick<Target, 'environment' | 'from' | 'to'>): Promise<Step[]>;
  /** Which executors of these have nobody listening on their queue. */
  findMissingExecutors(executors: string[]): Promise<string[]>;
  /** Stores the plan. */
  sealPlan(plan: Plan): Promise<SealedPlan>;
  /** Policies at a decision point, with the exceptions that were granted. */
  judge(request: { target: Target; point: string; plan: BlobRef }): Promise<JudgedFinding[]>;

  /** Takes the operation record by compare-and-swap. */
  takeRecord(request: {
    target: Target;
    holder: Holder;
    plan: BlobRef;
    steps: { id: string; before: BlobRef }[];
    /** Exceptions that the judgement relied on: looked at once more. */
    grants?: Digest[];
  }): Promise<Taken>;
  /** Gives the record back if this run holds it: of a taking whose outcome is unknown. Nothing had been done. */
  leaveRecord(request: { line: string; environment: string; holder: Holder }): Promise<void>;
  /** Takes over the record of an operation that is closed; the fence goes up, so that late effects of it stop. */
  takeOver(request: {
    line: string;
    environment: string;
    holder: Holder;
    record: OperationRecord;
  }): Promise<{ fence: number } & Pick<OperationRecord, 'before' | 'outputs'>>;
  setPhase(request: { line: string; environment: string; fence: number; phase: OperationPhase }): Promise<void>;
  /** After a finished compensation: the record is given back, evidence says why and what an operator decided to leave. */
  releaseRecord(request: {
    plan: SealedPlan;
    fence: number;
    holder: Holder;
    requestedBy: string;
    cause: { type: string; message: string };
    left: (Remainder & { step: string })[];
    /** When the run came to this, by its own clock: the same on every attempt, so that evidence is written once. */
    at: string;
  }): Promise<void>;
  /** The result: instances, versions, evidence; gives the record back by the same write. */
  recordResult(request: {
    plan: SealedPlan;
    fence: number;
    outputs: { [component: string]: Outputs };
    findings: JudgedFinding[];
    policies?: BlobRef;
    holder: Holder;
    requestedBy: string;
    at: string;
    /** What was to be taken away and a person decided to leave. */
    left?: (Remainder & { step: string })[];
  }): Promise<void>;
  /** Deprecates the instance with its sunset date. */
  announceRetirement(request: { target: Target; holder: Holder }): Promise<{ sunset: string }>;
  /** Takes the announcement back. */
  withdrawAnnouncement(request: { target: Target; holder: Holder }): Promise<void>;
  /** Takes announcements of retirements back whose workflow has no open run any more. Returns these workflows. */
  withdrawForgotten(request: { line: string; environment: string }): Promise<string[]>;

  /** Checks who asks, and says what runs. No effects. */
  readInspection(request: { input: InspectInput; holder: Holder }): Promise<InspectionTarget>;
  /** What is written other than the ports of what runs promise. No effects. */
  findNonconformities(request: { target: InspectionTarget; steps: Step[] }): Promise<Nonconformity[]>;

  /** Checks and pins what is to be rehearsed, and who asks. No effects. */
  readRehearsal(request: { input: RehearseInput; holder: Holder }): Promise<RehearsalTarget>;
  /** What is unfinished or deployed in a twin. */
  readTwin(request: { line: string; twin: string }): Promise<TwinState>;
  /** The steps that must not run in a rehearsal. */
  findUnproven(request: { target: Target; steps: Step[] }): Promise<Unproven[]>;
  /** What a rehearsal must not do: anything but making new things (or changing its own), under names with the twin's prefix. */
  checkRehearsal(request: {
    target: Target;
    steps: PreviewedStep[];
    outputs: { [component: string]: Outputs };
    /** Things that are there and not the rehearsal's own. */
    found: Survey;
    /** True right before the effects: no name may be open any more. */
    final: boolean;
  }): Promise<Finding[]>;
  /** What is there of a product in a twin: in the systems themselves, in Terraform's states and in the catalog. */
  surveyTwin(request: { line: string; twin: string }): Promise<Survey>;
  /** Leaves the evidence of a rehearsal. */
  recordRehearsal(evidence: RehearsalEvidence & { line: string }): Promise<void>;

  /** Opens the request for an exception (or joins the one that is open); the answer comes as a signal. */
  openException(request: { exception: ExceptionRequest; holder: Holder }): Promise<void>;
  /** Who has sent these messages, and from whose place may they decide? In their order; many at once, because some come by the thousand. */
  verifyDecisions(request: {
    exception: ExceptionRequest;
    sent: SentDecision[];
    /** Made by messages before these. */
    delegations: AdHocDelegation[];
    workflowId: string;
  }): Promise<VerifiedDecision[]>;
  /**
   * The answers that the catalog has; waits for them, to the deadline, unless `once` is set: where no more signals can be sent to the run
   * that asked.
   */
  awaitDecisions(request: { exceptions: ExceptionRequest[]; once?: boolean }): Promise<ExceptionOutcome[]>;
  /** Judges the product again when a grant has run out, and flags what still stands. */
  judgeExpired(request: { exception: ExceptionRequest; outcome: ExceptionOutcome }): Promise<Expired>;
  /** What a renewal asks for: deadlines anew, by the settings of now. */
  renewRequest(request: {
    exception: ExceptionRequest;
    by: Person;
    reason?: string;
    ticket?: string;
  }): Promise<ExceptionRequest | { refused: string }>;
  /** Is this decision one to be obeyed? Asked by requests that were opened before exceptions had stages. */
  verifyDecision(request: {
    exception: ExceptionRequest;
    decision: 'approve' | 'reject';
    approver: string;
    statement?: string;
    holder: Holder;
  }): Promise<{ obeyed: true; verifiedBy: 'statement' | 'identity' | 'claim' } | { obeyed: false; why: string }>;
  /** Writes the decision down; the first one wins and is returned. */
  recordDecision(request: {
    exception: ExceptionRequest;
    outcome: ExceptionOutcome;
    verifiedBy: 'statement' | 'identity' | 'claim';
    votes?: Vote[];
  }): Promise<ExceptionOutcome>;

  /** Register: from any way in to a bundle in the catalog. */
  pinBundle(
    input: RegisterInput,
  ): Promise<{ bundle: Digest; requestedBy: string; requester?: Person; policies?: BlobRef; settings: Settings; uiUrl: string }>;
  /** Syntax, rules, executors' checks, secrets. */
  validateBundle(request: {
    bundle: Digest;
    /** Checked against who may register in the product's domain. */
    requestedBy?: string;
    requester?: Person;
  }): Promise<{
    line: string;
    fqn: string;
    version: string;
    domain: string;
    displayName: string;
    findings: Finding[];
  }>;
  /** The new version against every registered version of its major. */
  checkCompatibility(request: { bundle: Digest }): Promise<Compatibility>;
  judgeRegistration(request: {
    bundle: Digest;
    requestedBy: string;
    requester?: Person;
    reason?: string;
    ticket?: string;
    policies?: BlobRef;
  }): Promise<JudgedFinding[]>;
  /** One conditional write of the product's record: the commit of a registration. */
  commitVersion(request: {
    bundle: Digest;
    requestedBy: string;
    holder: Holder;
    findings: Finding[];
    policies?: BlobRef;
    /** The versions that it was compared with; another one that came in between changes the answer to `changed`. */
    comparedWith: string[];
  }): Promise<RegisterResult | { state: 'changed' }>;
  /** Makes the version known to the metadata target. */
  publishMetadata(request: { bundle: Digest }): Promise<void>;
}
