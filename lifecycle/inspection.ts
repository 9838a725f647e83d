import type { Settings } from './engine.js';
import type { Nonconformity, Outputs, PlannedChange, Probe } from './executor.js';
import type { Ledger } from './ownership.js';
import type { Person } from './people.js';
import type { VersionPin } from './plan.js';
import type { OperationRecord } from './records.js';

/** What runs is looked at: is it as it was deployed, and does it work? Nothing is changed and nothing is held. */

/** An instance that is to be looked at. */
export interface InspectionTarget {
  line: string;
  fqn: string;
  domain: string;
  displayName: string;
  environment: string;
  requester: Person;
  running: VersionPin;
  /** When this version came to run, ISO time. */
  deployedAt: string;
  /** When it goes away, where that was announced. */
  sunset?: string;
  /** Versions of other majors that run beside it. */
  beside: string[];
  /** An operation that has begun and not ended: what is seen may be half-way. */
  underWay?: Pick<OperationRecord, 'operation' | 'workflowId' | 'phase'>;
  outputs: { [component: string]: Outputs };
  owns?: Ledger;
  settings: Settings;
}

export interface InspectedStep {
  step: string;
  title: string;
  /** `to`: as it was deployed. */
  state: Probe['state'];
  /** False when it does not work, as far as can be told. */
  healthy: boolean;
  /** What a deploy of the same version would do to make it so again. */
  drift: PlannedChange[];
  evidence: string[];
}

export interface InspectionResult extends Pick<InspectionTarget, 'fqn' | 'environment' | 'deployedAt' | 'sunset' | 'beside' | 'underWay'> {
  /** Unwell: something does not work. Drifted: all works, and something is not as it was deployed. */
  state: 'healthy' | 'drifted' | 'unwell';
  product: string;
  version: string;
  steps: InspectedStep[];
  /** What is written other than the output ports promise. */
  conformance: Nonconformity[];
}
