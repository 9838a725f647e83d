import type { Comparison } from '../descriptors/compare/compare.js';
import type { Finding } from '../descriptors/finding.js';
import type { Json } from '../descriptors/json.js';
import type { Product } from '../descriptors/product.js';
import type { Digest } from '../descriptors/digest.js';

/** When policies are asked: every significant change of status. */
export const decisionPoints = ['register', 'plan', 'deployed', 'upgraded', 'retire', 'retired', 'expired', 'drift'] as const;
export type DecisionPoint = (typeof decisionPoints)[number];

/** One check. All expressions are CEL over the facts, and over `item` where `each` is set. */
export interface Validation {
  /** JSON Pointer into the facts to a list: the check is made for each of its items, and a finding names the item. */
  each?: string;
  /** Text that names an item in the finding's pointer where its place in the list means nothing; without it the index is used. */
  key?: string;
  /** Items (or facts) for which this is false are not checked. */
  when?: string;
  /** True = as it should be. Anything else, an error included, is a finding. */
  expression: string;
  message: string;
  /** A message that names the offending part; `message` is used when this fails. */
  messageExpression?: string;
  hint?: string;
  /** What a person decides about: enters the digest of an exception, so it holds no time and no text for people. */
  evidence?: string;
}

/** A policy as it is written, one YAML file each. Schema: policies/policy.schema.json. */
export interface Policy {
  name: string;
  version: string;
  description: string;
  owner: string;
  /** Where people read more. */
  links?: { title: string; url: string }[];
  points: DecisionPoint[];
  /** Every part that is given must hold; nothing given = always. */
  match?: {
    operations?: string[];
    environments?: string[];
    stages?: string[];
    domains?: string[];
    /** CEL. */
    when?: string;
  };
  /** In CEL. Either these or `rego`. */
  validations?: Validation[];
  /** Name of a file beside it with one module in Rego: its rule `deny` says what is wrong. Asked of an OPA server. */
  rego?: string;
  /** A finding of a `blocking` policy stops the operation unless it is excepted; one of an `advisory` policy is told. */
  severity: 'blocking' | 'advisory';
  /** draft: shown only; grace: told until `graceUntil`; enforced: by its severity. */
  life: 'draft' | 'grace' | 'enforced';
  /** ISO 8601 time. */
  graceUntil?: string;
  /** Left out: no exception can be granted. */
  exceptions?: ExceptionTerms;
}

/** Who may grant an exception to a policy, and on which terms. Durations are texts such as `30 days`. */
export interface ExceptionTerms {
  /** Groups that may grant one; empty = the approvers of the environment. */
  roles: string[];
  /** How long a grant holds at most. */
  expiresAfter: string;
  /** Who has to agree, one stage after the other, instead of one person of `roles`. */
  stages?: { roles: string[]; approvals?: number; rejections?: number }[];
  /** How long the request stays open; else as the environment says. */
  deadline?: string;
  reminderEvery?: string;
  /** Groups that may decide, too, when nobody has for so long. */
  escalation?: { after: string; groups: string[] };
  /** What a request has to bring. */
  requires?: ('reason' | 'ticket')[];
  /**
   * `state` (default): the exception covers how a product is; when it runs out the product is judged again. `change`: it covers what an
   * operation does, and nothing is left of it afterwards.
   */
  covers?: 'state' | 'change';
}

/** An exception that has run out. */
export interface ExpiredFact {
  rule: string;
  pointer: string;
  message: string;
  grantedBy: string;
  expiredAt: string;
}

/** Something that stands although its exception has run out. */
export interface FlagFact extends ExpiredFact {
  /** A policy at `expired` said that nothing else may change. */
  blocking: boolean;
}

/** A rehearsal of what is planned: the same bundles, in whichever environment. */
export interface RehearsalFact {
  operation: 'deploy' | 'upgrade';
  environment: string;
  /** Versions. */
  from?: string;
  to: string;
  /** ISO 8601 time. */
  at: string;
  /** It could be done, and its undo left the world as it had been. */
  clean: boolean;
  /** False when some step could not be rehearsed. */
  whole: boolean;
}

export interface LoadedPolicy extends Policy {
  /** The text of `rego`: what a run is judged by lies in its bundle. */
  module?: string;
  /** Of all that it says, the module included. */
  digest: Digest;
}

/** All policies that are in force, pinned by one digest. Ordered by name. */
export interface PolicyBundle {
  digest: Digest;
  policies: LoadedPolicy[];
}

/** What policies know of a planned change: a part of lifecycle's PlannedChange. */
export interface ChangeFact {
  address: string;
  action: string;
  dataLoss: boolean;
  phase: string;
  undo: string;
  /** What would be there, for some types: `kafka_topic`, `compatibility-level`. docs/policies.md lists them. */
  values?: { type: string; [name: string]: Json };
}

/** What policies know of the plan as a whole. */
export interface PlanFact {
  digest: Digest;
  /** Versions; left out for nothing. */
  from?: string;
  to?: string;
  /**
   * `new`: nothing of this major ran; `beside`: another major does; `again`: the same version; `forward`, `back`: to a higher or lower
   * version of the major; `away`: it is removed.
   */
  direction: 'new' | 'beside' | 'again' | 'forward' | 'back' | 'away';
}

/** Something that is written other than a port promises. */
export interface ConformanceFact {
  /** The port's name. */
  port: string;
  topic: string;
  /** True when whoever reads what is promised cannot read this. */
  breaking: boolean;
  /** Set where it could not be told: a system did not answer, or what is there could not be read or compared. */
  untold?: 'unreachable' | 'unreadable';
  message: string;
}

/** Everything that a policy may look at. Plain JSON; what is left out is null for the expressions. */
export interface PolicyFacts {
  operation: string;
  product: Product;
  /** At a registration: digest of the bundle, of all that the version is made of. */
  bundle?: string;
  /** The version that runs now, or the newest registered one. */
  previous?: Product;
  /** At a registration: the comparison with the registered versions of the major; left out for the first of them. */
  comparison?: Comparison & { against: string };
  changes: ChangeFact[];
  plan?: PlanFact;
  environment?: { name: string; stage: string };
  request: { requestedBy: string; reason?: string; ticket?: string };
  /** At `expired`: the exception that has run out. */
  exception?: ExpiredFact;
  /** What stands although its exception has run out, in this environment (or registry). */
  flags?: FlagFact[];
  /** At `plan`, `deployed` and `upgraded`: when what is planned was rehearsed, newest first. */
  rehearsals?: RehearsalFact[];
  /** At `deployed` and `upgraded`: what is written other than the output ports promise, by the newest records of their topics. */
  conformance?: ConformanceFact[];
  /** ISO 8601 time, given by the caller so that the same facts have the same findings. */
  now: string;
}

/** One thing that a policy has to say. */
export interface PolicyFinding extends Finding {
  policy: string;
  policyDigest: Digest;
  /** True when the operation may not go on unless an exception covers it. */
  blocking: boolean;
  evidence: Json;
  /** Set when an exception can be granted. */
  exception?: ExceptionTerms;
}
