import type { Severity } from '../descriptors/finding.js';
import { pointerTo, stepsOf, type Json } from '../descriptors/json.js';
import { evaluateExpression, type Variables } from './cel.js';
import type { DecisionPoint, LoadedPolicy, PolicyFacts, PolicyFinding, Validation } from './policy.js';

/**
 * What one policy has to say at a decision point. Pure and synchronous: it runs where limits.ts can end it. Never throws for what the
 * policy does: that fails closed with a finding of its own. What is left out of the facts is null for the expressions.
 */
export function evaluatePolicy(policy: LoadedPolicy, point: DecisionPoint, facts: PolicyFacts): PolicyFinding[] {
  const variables: Variables = {
    bundle: null,
    previous: null,
    comparison: null,
    plan: null,
    environment: null,
    exception: null,
    flags: [],
    ...facts,
    point,
  };
  try {
    if (!matches(policy, facts, variables)) return [];
  } catch (error) {
    return [brokenPolicy(policy, facts.now, 'match.when', reasonOf(error))];
  }
  return policy.validations.flatMap((validation, index) => {
    try {
      return itemsOf(validation, variables).flatMap((item) => check(policy, validation, item, facts.now));
    } catch (error) {
      return [brokenPolicy(policy, facts.now, `validations/${index}`, reasonOf(error))];
    }
  });
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function matches({ match = {} }: LoadedPolicy, facts: PolicyFacts, variables: Variables): boolean {
  const among = (allowed: string[] | undefined, value: string | undefined): boolean =>
    allowed === undefined || (value !== undefined && allowed.includes(value));
  return (
    among(match.operations, facts.operation) &&
    among(match.environments, facts.environment?.name) &&
    among(match.stages, facts.environment?.stage) &&
    among(match.domains, facts.product.info.domain) &&
    (match.when === undefined || truth(match.when, variables))
  );
}

interface Item {
  pointer: string;
  variables: Variables;
}

/** The facts as a whole, or one item a member of the list. A list that is not there has no members. */
function itemsOf({ each, key, when }: Validation, variables: Variables): Item[] {
  const all = each === undefined ? [{ pointer: '', variables }] : membersOf(each, key, variables);
  return all.filter((item) => when === undefined || truth(when, item.variables));
}

function membersOf(each: string, key: string | undefined, variables: Variables): Item[] {
  const list = stepsOf(each).reduce<unknown>((value, step) => (isOwn(value, step) ? value[step] : undefined), variables);
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw new Error(`${each} is no list`);
  // A finding about the descriptor points into it; `/product` is only its name among the facts.
  const base = each.startsWith('/product/') ? each.slice('/product'.length) : each;
  return list.map((item: unknown, index) => {
    const own = { ...variables, item };
    return { pointer: pointerTo(base, key === undefined ? index : text(key, own)), variables: own };
  });
}

const isOwn = (value: unknown, key: string): value is { [key: string]: unknown } =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key);

function check(policy: LoadedPolicy, validation: Validation, item: Item, now: string): PolicyFinding[] {
  if (evaluateExpression(validation.expression, item.variables) === true) return [];
  const evidence = validation.evidence === undefined ? null : evaluateExpression(validation.evidence, item.variables);
  const finding = findingOf(policy, now, item.pointer, messageOf(validation, item.variables), evidence);
  if (validation.hint !== undefined) finding.hint = validation.hint;
  if (finding.blocking && policy.exceptions !== undefined) {
    finding.exception = policy.exceptions;
  }
  return [finding];
}

/** Fails closed, and no exception can be granted: nobody knows what it would be about. */
export function brokenPolicy(policy: LoadedPolicy, now: string, where: string, reason: string): PolicyFinding {
  const finding = findingOf(policy, now, '', `The policy ${policy.name} could not be evaluated (${where}): ${reason}`, { where });
  return { ...finding, rule: `${finding.rule}/broken`, hint: `Ask ${policy.owner} to mend the policy; until then it counts as violated.` };
}

function findingOf(policy: LoadedPolicy, now: string, pointer: string, message: string, evidence: Json): PolicyFinding {
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

/** A condition must say true or false: text, numbers and null are faults of the policy. */
function truth(expression: string, variables: Variables): boolean {
  const value = evaluateExpression(expression, variables);
  if (typeof value !== 'boolean') throw new Error(`"${expression}" is neither true nor false`);
  return value;
}

function text(expression: string, variables: Variables): string {
  const value = evaluateExpression(expression, variables);
  if (typeof value !== 'string') throw new Error(`"${expression}" is no text`);
  return value;
}

function messageOf({ message, messageExpression }: Validation, variables: Variables): string {
  if (messageExpression === undefined) return message;
  try {
    return text(messageExpression, variables);
  } catch {
    // The finding is what counts; its general message says it too.
    return message;
  }
}
