import type { Target } from '../lifecycle/engine.js';
import type { Outputs } from '../lifecycle/executor.js';
import type { Person } from '../lifecycle/people.js';
import type { PreviewedStep, Step } from '../lifecycle/plan.js';
import type { Resolver } from './compensation.js';
import type { Decisions } from './decisions.js';
import type { Progress } from './progress.js';

/** What a run shares with the rehearsal that it is a part of. */
export interface Rehearsed {
  requester: Person;
  /** The environment whose twin the run is in: what lists of runs show. */
  environment: string;
  /** Leaves out the steps that must not run. */
  wanted(target: Target, steps: Step[]): Promise<Step[]>;
  /** Throws for what is not the rehearsal's own; `last`: no name may be open any more, the effect comes next. */
  guard(target: Target, step: PreviewedStep, outputs: { [component: string]: Outputs }, when: 'planned' | 'last'): Promise<void>;
}

/** What a run is told of, and by. */
export interface Means {
  progress: Progress;
  /** Left out where nobody is asked. */
  decisions?: Decisions;
  operator: Resolver;
  rehearsed?: Rehearsed;
}
