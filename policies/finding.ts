import type { Severity } from '../descriptors/finding.js';
import type { Json } from '../descriptors/json.js';
import type { LoadedPolicy, PolicyFinding } from './policy.js';

/** What a policy says of one thing, in whichever language it is written. */
export interface Said {
  /** JSON Pointer; empty = the whole. */
  pointer: string;
  message: string;
  evidence: Json;
  hint?: string;
}

/** What was said as a finding of its policy: with its weight at this time, and with the exception that can be granted. */
export function findingOf(policy: LoadedPolicy, now: string, { pointer, message, evidence, hint }: Said): PolicyFinding {
  const finding = plainFinding(policy, now, { pointer, message, evidence });
  if (hint !== undefined) finding.hint = hint;
  if (finding.blocking && policy.exceptions !== undefined) finding.exception = policy.exceptions;
  return finding;
}

/** Fails closed, and no exception can be granted: nobody knows what it would be about. */
export function brokenPolicy(policy: LoadedPolicy, now: string, where: string, reason: string): PolicyFinding {
  const message = `The policy ${policy.name} could not be evaluated (${where}): ${reason}`;
  const finding = plainFinding(policy, now, { pointer: '', message, evidence: { where } });
  return { ...finding, rule: `${finding.rule}/broken`, hint: `Ask ${policy.owner} to mend the policy; until then it counts as violated.` };
}

function plainFinding(policy: LoadedPolicy, now: string, { pointer, message, evidence }: Said): PolicyFinding {
  const severity = severityOf(policy, now);
  const { name, digest } = policy;
  return {
    rule: `policy/${name}`,
    severity,
    pointer,
    message,
    policy: name,
    policyDigest: digest,
    blocking: severity === 'error',
    evidence,
  };
}

/** By its life first: only an enforced policy has its full weight. */
function severityOf({ life, graceUntil, severity }: LoadedPolicy, now: string): Severity {
  if (life === 'draft') return 'info';
  if (severity === 'advisory') return 'warning';
  const inGrace = life === 'grace' && (graceUntil === undefined || Date.parse(now) < Date.parse(graceUntil));
  return inGrace ? 'warning' : 'error';
}
