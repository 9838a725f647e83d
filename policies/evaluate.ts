import { pointerTo, stepsOf } from '../descriptors/json.js';
import { evaluateExpression, type Variables } from './cel.js';
import { brokenPolicy, findingOf } from './finding.js';
import type { DecisionPoint, LoadedPolicy, PolicyFacts, PolicyFinding, Validation } from './policy.js';

/** Said of a policy in Rego that applies: what is wrong, OPA has to tell (rego/evaluate.ts). */
export const FOR_OPA = 'for OPA';
export type Answer = PolicyFinding[] | typeof FOR_OPA;

/** What policies see at a decision point, in whichever language they are written. What is left out of the facts is null. */
export const seenAt = (point: DecisionPoint, facts: PolicyFacts): Variables => ({
  bundle: null,
  previous: null,
  comparison: null,
  plan: null,
  environment: null,
  exception: null,
  flags: [],
  rehearsals: [],
  conformance: [],
  ...facts,
  point,
});

/**
 * What one policy has to say at a decision point. Pure and synchronous: it runs where limits.ts can end it. Never throws for what the
 * policy does: that fails closed with a finding of its own.
 */
export function evaluatePolicy(policy: LoadedPolicy, point: DecisionPoint, facts: PolicyFacts): Answer {
  const variables = seenAt(point, facts);
  try {
    if (!matches(policy, facts, variables)) return [];
  } catch (error) {
    return [brokenPolicy(policy, facts.now, 'match.when', reasonOf(error))];
  }
  if (policy.validations === undefined) return FOR_OPA;
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
  const message = messageOf(validation, item.variables);
  return [findingOf(policy, now, { pointer: item.pointer, message, evidence, hint: validation.hint })];
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
