import { celEnv, isCelError, isCelList, isCelMap, isCelUint, parse, plan, type CelInput } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import type { Json } from '../descriptors/json.js';

/** The one place that knows the expression language. Expressions see JSON and give JSON; they have no effects and no clock. */

const environment = celEnv({ funcs: strings });
type Planned = ReturnType<typeof plan>;
/** As many as a large policy bundle has; beyond that the oldest is planned again when it is needed. */
const PLANNED_KEPT = 2_000;
const planned = new Map<string, Planned>();

/** What an expression is about: JSON by name. */
export type Variables = { [name: string]: unknown };

/**
 * The value of a CEL expression as JSON. Throws for one that does not parse, errs, or has no JSON value: the library returns errors as
 * values (truthy ones), and none of them may pass for an answer.
 */
export function evaluateExpression(expression: string, variables: Variables): Json {
  const value = plannedFor(expression)(variables as { [name: string]: CelInput });
  if (isCelError(value)) throw new Error(value.message, { cause: value });
  return toJson(value);
}

function plannedFor(expression: string): Planned {
  const known = planned.get(expression);
  if (known !== undefined) return known;
  const fresh = plan(environment, parse(expression));
  if (planned.size >= PLANNED_KEPT) planned.delete(planned.keys().next().value as string);
  planned.set(expression, fresh);
  return fresh;
}

function toJson(value: unknown): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (isCelUint(value)) return Number(value.value);
  if (isCelList(value)) return [...value].map(toJson);
  if (isCelMap(value)) return Object.fromEntries([...value].map(([key, entry]) => [String(toJson(key)), toJson(entry)]));
  throw new Error('the result is no JSON value (a time or a type?)');
}
