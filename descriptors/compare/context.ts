import type { Bump, ChangeClass } from './finding.js';

/** What the two descriptors do not say, but somebody may know. Everything is optional: the less is known, the more has to be asked. */
export interface ComparisonFacts {
  /** ISO 8601 time, given so that the same facts have the same findings. */
  now?: string;
  /** Who reads a part now, by the names that audiences use, e.g. `{ "outputPorts/tripStatus": ["logistics"] }`; an empty list = nobody. */
  readers?: { readonly [part: string]: readonly string[] };
  /** Stages that an instance is in. */
  stagesInUse?: readonly string[];
  /** Infrastructure whose data the plan destroys, by name. */
  dataLoss?: readonly string[];
}

/** Another weight for a rule of judgement, by its id (`C35`) or one of its cases (`C35/output`). */
export interface Judgements {
  readonly [ruleOrCase: string]: { readonly class?: ChangeClass; readonly bump?: Bump };
}

export interface ComparisonOptions {
  facts?: ComparisonFacts;
  judgements?: Judgements;
}
