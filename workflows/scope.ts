import type { Scope } from '../lifecycle/executor.js';
import type { Plan, Step } from '../lifecycle/plan.js';

/** For whom and where a verb of this step acts. */
export const scopeOf = (plan: Pick<Plan, 'line' | 'fqn' | 'environment' | 'from' | 'to'>, step: Step): Scope => ({
  line: plan.line,
  fqn: plan.fqn,
  environment: plan.environment,
  version: (step.change.to ? plan.to : (plan.from ?? plan.to))?.version ?? '',
  step: step.id,
});
