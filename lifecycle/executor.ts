import type { Finding } from '../descriptors/finding.js';
import type { BlobRef, Digest, Json } from './digest.js';
import type { OwnedThing } from './ownership.js';
import type { Survey } from './rehearsal.js';
import type { Change, Task } from './task.js';

/** What a step made and later steps may use by `${output:<component>.<name>}`. Never a secret. */
export type Outputs = { [name: string]: Json };

/** For whom and where a verb acts. */
export interface Scope {
  /** The product without its major version. */
  line: string;
  /** The product with its major version. */
  fqn: string;
  environment: string;
  /** The version that the step leads to (or away from, when it is removed). For messages. */
  version: string;
  /** Step id inside the plan. For messages, ledgers and names of attempts. */
  step: string;
}

/** In `apply` nothing that exists is deleted or replaced; that happens in `finalise`, when all else has succeeded. */
export type EffectPhase = 'apply' | 'finalise';

/** One thing that a step would do to the world. */
export interface PlannedChange {
  /** What is touched, in the words of its system, e.g. `kafka_topic.trip_events`, `subject trip-status-value`. */
  address: string;
  action: 'create' | 'update' | 'replace' | 'delete' | 'adopt';
  /** True when records, rows or offsets can be lost. */
  dataLoss: boolean;
  phase: EffectPhase;
  /** How well an undo can bring back what was. */
  undo: 'exact' | 'equivalent' | 'none';
  /** True when it stays in the world, as it was before this product took it on: from then on it is not this product's. */
  letGo?: true;
  /** What it was called before, where its description was moved to another name; the thing itself is the same. */
  formerAddress?: string;
  /** One line for people. No secret. */
  summary?: string;
  /** For policies: the values that matter of what would be there, `type` first. No secret. */
  values?: { type: string; [name: string]: Json };
}

export interface VerbInput {
  scope: Scope;
  change: Change;
  /** Outputs of the steps before this one, by component name. */
  outputs: { [component: string]: Outputs };
  /** What the components gave before the operation: `change.from` was made with that. Left out = the same as `outputs`. */
  former?: { [component: string]: Outputs };
  /** What the ledger says that the instance owns of this task; left out where there is no ledger yet. */
  owned?: OwnedThing[];
}

export interface Preview {
  /** Empty = the world is as wanted. */
  changes: PlannedChange[];
  /** What cannot be known before earlier steps have run, in words. */
  unknown: string[];
  /** Which outputs would not be what they were; left out = of a step that changes something, nothing is known of them before it is done. */
  outputs?: { known: Outputs; unknown: string[] };
  /** Digest of what would change: equal for an unchanged world, free of time and secrets. */
  digest: Digest;
  /** What was there before, for probe and revert. */
  before: BlobRef;
}

/** The permission to have an effect. */
export interface Permit {
  /** Digest of the preview that was judged: anything else than that is refused with `PlanChanged`. */
  approved: Digest;
  /** Idempotency key of this step of this operation: the same key has the same result. */
  key: string;
  /** Fencing token: the operation record's fence when the operation took it. */
  fence: number;
  phase: EffectPhase;
  before: BlobRef;
}

export interface ApplyInput extends VerbInput {
  permit: Permit;
  /** What this step changes, where the plan could not say and it was previewed again: noted for the ledger. */
  changes?: PlannedChange[];
}

export interface ProbeInput extends VerbInput {
  /** Which result is looked for: that of `apply` alone or that of `finalise` too. */
  phase: EffectPhase;
  before: BlobRef;
  /** ISO time: what has gone wrong again and again since then counts, too. Left out = only what is wrong now. */
  since?: string;
}

export interface Probe {
  /** from: nothing happened yet; to: done; between: partly done; foreign: somebody else's doing; unreachable: not to be told now. */
  state: 'from' | 'to' | 'between' | 'foreign' | 'unreachable';
  healthy: boolean;
  /** One line a thing looked at. No secret. */
  evidence: string[];
}

export interface RevertInput extends VerbInput {
  before: BlobRef;
  key: string;
  fence: number;
  /** An operator has decided that data which is in the way may be lost; left out = it is kept and named in `remains`. */
  deleteData?: boolean;
}

/** One thing that an undo could not (or must not) take back. */
export interface Remainder {
  address: string;
  /** Why it is still there. */
  reason: string;
  /** What a person has to do about it. */
  action: string;
}

/** Something that is written other than a port promises. No secret, nothing of the records but the shape. */
export interface Nonconformity {
  /** The port's name. */
  port: string;
  topic: string;
  /** True when whoever reads what is promised cannot read this. */
  breaking: boolean;
  /** Set where it could not be told: a system did not answer, or what is there could not be read or compared. */
  untold?: 'unreachable' | 'unreadable';
  message: string;
}

/** What was made: values for later steps, and pages of the systems where people can look at it. */
export interface Applied {
  outputs: Outputs;
  pages?: Page[];
}

/** A page of a system, e.g. of a Flink job. Whether a browser reaches it is the network's affair. */
export interface Page {
  title: string;
  url: string;
}

/** What an attempt of a verb tells while it goes on (details of its heartbeats). */
export interface StepProgress {
  step: string;
  /** E.g. `3 of 7 resources`. */
  text?: string;
}

/** What a verb gets from the process it runs in. */
export interface VerbContext {
  /** Aborted on cancel and on shutdown; a verb that sees it stops at the next safe point and throws the signal's reason. */
  signal: AbortSignal;
  /** 1 = first attempt. From the second on, `apply` looks (as `probe` does) before it acts. */
  attempt: number;
  /** Tells where a long verb is, e.g. `3 of 7 resources`. */
  progress(text: string): void;
  /** Throws `Superseded` when the operation no longer holds the record; called right before each effect. */
  assertFence(): Promise<void>;
}

/** A name that a step gives to something in the world. */
export interface GivenName {
  /** In the words of its system, e.g. `topic`, `subject`; with the name it is the address in a survey. */
  kind: string;
  /** Undefined = it cannot be told from the plan. With `(known after ...)` in it: an earlier step says. */
  name?: string;
  /** Where it is written, inside the bundle. */
  file?: string;
}

/** What a rehearsal asks of an executor, besides the verbs. Nothing here has an effect. */
export interface Rehearsable {
  /** Why a step must not run in a rehearsal; undefined = it may. No process, no network. */
  unproven(input: VerbInput): Promise<string | undefined>;
  /** All names that a previewed step would give, or change things under. */
  names(input: VerbInput & { before: BlobRef }, signal: AbortSignal): Promise<GivenName[]>;
  /** What is there of a product in a twin, whoever made it. `prefix`: what the names of all its things begin with. */
  survey(twin: { environment: string; line: string; prefix: string }, signal: AbortSignal): Promise<Survey>;
}

/** The adapter behind a `service` name. A verb takes and gives plain JSON, so that an adapter can be a worker in any language. */
export interface Executor {
  readonly name: string;
  /** Faults of the task itself. No process, no network: used by validate and register. */
  check(task: Task): Promise<Finding[]>;
  /** What would change. No effects, no locks. Stores the before-image; `before` refers to it. */
  preview(input: VerbInput, context: VerbContext): Promise<Preview>;
  /** Make it so: only what `approved` shows, only this phase. Same key, same result. */
  apply(input: ApplyInput, context: VerbContext): Promise<Applied>;
  /** What is there now, and does it work. */
  probe(input: ProbeInput, context: VerbContext): Promise<Probe>;
  /** Back to the before-image, touching only what this run made; harmless when `apply` never happened. */
  revert(input: RevertInput, context: VerbContext): Promise<{ remains: Remainder[] }>;
  /** How what is really there differs from what a component promises. No effect. Left out = nothing can be told. */
  readonly conformance?: (input: VerbInput, signal: AbortSignal) => Promise<Nonconformity[]>;
  /** Left out: steps of this executor are left out of rehearsals. */
  readonly rehearsal?: Rehearsable;
}

/** The verbs that are activities, `<executor>.<verb>`. */
export const executorVerbs = ['preview', 'apply', 'probe', 'revert'] as const;
export type ExecutorVerb = (typeof executorVerbs)[number];
