import type { EngineActivities } from '../../lifecycle/engine.js';
import type { EngineDeps } from './deps.js';
import { createExceptions } from './exceptions.js';
import { createExpiry } from './expiry.js';
import { createInspecting } from './inspection.js';
import { createJudging } from './judge.js';
import { createPlanning } from './plan.js';
import { createPolicies } from './policies.js';
import { createRecording } from './record.js';
import { createRehearsing } from './rehearsal.js';
import { createRegistration } from './registration.js';
import { createReadRequest } from './request.js';
import { createRetirement } from './retirement.js';
import { createValidate } from './validation.js';

export type { DescriptorDeps, EngineDeps } from './deps.js';
export { assertFence, noteBasis } from './record.js';
export type { StepBasis } from './record.js';

/** Everything that the workflows ask of the engine itself. */
export function createEngineActivities(deps: EngineDeps): EngineActivities {
  const policies = createPolicies(deps);
  const validate = createValidate(deps);
  return {
    readRequest: createReadRequest(deps, policies, validate),
    ...createPlanning(deps),
    ...createJudging(deps, policies),
    ...createRecording(deps),
    ...createRetirement(deps),
    ...createRehearsing(deps),
    ...createInspecting(deps),
    ...createExceptions(deps),
    judgeExpired: createExpiry(deps),
    ...createRegistration(deps, policies, validate),
  };
}
