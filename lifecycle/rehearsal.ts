import type { Person } from './people.js';
import type { Settings } from './engine.js';
import type { VersionPin } from './plan.js';

/** What a rehearsal leaves, compares and is judged by. */

/** What is there of one product in a twin: one line a thing, by its name; without what no two runs have in common. */
export interface Survey {
  [address: string]: string;
}

/** Something that is not as it was. Left out = was not, or is not, there. */
export interface Difference {
  address: string;
  before?: string;
  after?: string;
  /** Why it is still there, where the undo knew. */
  reason?: string;
}

/** A step that could not be rehearsed, or only in part. */
export interface Unproven {
  step: string;
  reason: string;
}

/** A rehearsal that was read, checked and pinned. */
export interface RehearsalTarget {
  line: string;
  fqn: string;
  domain: string;
  displayName: string;
  /** The environment that it is for, and its twin, where it takes place. */
  environment: string;
  twin: string;
  requester: Person;
  /** Left out: the deploy is rehearsed. */
  from?: VersionPin;
  to: VersionPin;
  settings: Settings;
}

/** What earlier rehearsals have left in a twin, because somebody ended them from outside. */
export interface TwinState {
  /** An operation that did not finish. */
  dirty: boolean;
  /** Versions that are deployed. */
  running: string[];
}

/** How a rehearsal went: in the catalog for good, for policies and for people. */
export interface RehearsalEvidence {
  operation: 'rehearse';
  /** What was rehearsed. */
  rehearsed: 'deploy' | 'upgrade';
  fqn: string;
  environment: string;
  from?: VersionPin;
  to: VersionPin;
  at: string;
  seconds: number;
  requestedBy: string;
  /** True = it could be done, and its undo left the world as it had been. */
  clean: boolean;
  ended: 'clean' | 'failed';
  differences: Difference[];
  unproven: Unproven[];
  /** Why it could not be done in the first place. */
  cause?: { type: string; message: string };
  workflowId: string;
  runId: string;
}

/** Pure: what became other, came or went between two surveys, by address. */
export function differencesBetween(before: Survey, after: Survey): Difference[] {
  const addresses = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return addresses
    .filter((address) => before[address] !== after[address])
    .map((address) => ({
      address,
      ...(before[address] !== undefined && { before: before[address] }),
      ...(after[address] !== undefined && { after: after[address] }),
    }));
}

/** One line for people. */
export function differenceInWords({ address, before, after, reason }: Difference): string {
  if (reason !== undefined) return `${address} is left: ${reason}`;
  if (before === undefined) return `${address} is left: ${after}`;
  return after === undefined ? `${address} is gone: ${before}` : `${address} was ${before} and is ${after}`;
}
