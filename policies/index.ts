export { exceptionDigest, type ExceptionSubject } from './exception-digest.js';
export { evaluate, NoOpa, PolicyThread } from './limits.js';
export { runCases, type CaseResult, type PolicyCase } from './cases.js';
export { combined, defaultPolicies, defaultsFolder, loadPolicies, policiesOf, readPolicies, UnusablePolicies } from './load.js';
export { createOpa, OpaError, type Opa, type OpaOptions } from './rego/index.js';
export { decisionPoints } from './policy.js';
export type {
  ChangeFact,
  DecisionPoint,
  ExceptionTerms,
  ExpiredFact,
  FlagFact,
  LoadedPolicy,
  PlanFact,
  Policy,
  PolicyBundle,
  PolicyFacts,
  PolicyFinding,
  RehearsalFact,
  Validation,
} from './policy.js';
