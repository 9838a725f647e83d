import type { Json } from '../../lifecycle/digest.js';
import type { Environment, SecretRef } from '../../lifecycle/environment.js';
import type { Outputs } from '../../lifecycle/executor.js';
import { Failure } from '../../lifecycle/failures.js';

/** `${env:NAME}`, `${secret:NAME}`, `${output:component.name}`; the component may hold dots, the last one separates the output's name. */
const PLACEHOLDER = /\$\{(env|secret|output):([^}]*)\}/g;

export interface PlaceholderSources {
  environment: Environment;
  /** The value behind a reference; teaches the redactor. */
  secret(ref: SecretRef): string;
  outputs: { [component: string]: Outputs };
}

export interface Resolved {
  value: Json;
  /** Outputs that no step has given yet, as `component.name`; in `value` stands `unknownMark(component.name)` for each. */
  unknown: string[];
  /** True when a secret was put into the value: it must not be written anywhere. */
  secret: boolean;
}

/** What stands for an output that is not known yet: text that no system gives, so that it can be recognised in a plan. */
export const unknownMark = (output: string): string => `(known after ${output})`;
/** Whether a text holds such a mark. */
export const holdsUnknown = (text: string): boolean => /\(known after [^)]+\)/.test(text);

/**
 * Resolves the placeholders in a configuration value, however deep. A value that is one `${output:...}` and nothing else keeps the
 * output's type; inside longer text an output is written as text (objects as JSON). `${x}` of any other kind is left as it is.
 * Throws `InvalidInput` for names that the environment does not have.
 */
export function resolvePlaceholders(value: Json, sources: PlaceholderSources): Resolved {
  const resolved: Resolved = { value: null, unknown: [], secret: false };
  resolved.value = resolve(value, sources, resolved);
  resolved.unknown = [...new Set(resolved.unknown)].sort();
  return resolved;
}

function resolve(value: Json, sources: PlaceholderSources, into: Resolved): Json {
  if (typeof value === 'string') return resolveText(value, sources, into);
  if (Array.isArray(value)) return value.map((item) => resolve(item, sources, into));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, sources, into)]));
  }
  return value;
}

function resolveText(text: string, sources: PlaceholderSources, into: Resolved): Json {
  const matches = [...text.matchAll(PLACEHOLDER)];
  const only = matches.length === 1 && matches[0]?.[0] === text ? matches[0] : undefined;
  if (only) return lookUp(only[1] ?? '', only[2] ?? '', sources, into);
  return text.replace(PLACEHOLDER, (_, kind: string, name: string) => {
    const found = lookUp(kind, name, sources, into);
    return typeof found === 'string' ? found : JSON.stringify(found);
  });
}

function lookUp(kind: string, name: string, { environment, secret, outputs }: PlaceholderSources, into: Resolved): Json {
  if (kind === 'env') {
    const found = own(environment.variables, name);
    if (found === undefined) throw unknownName(kind, name, environment, Object.keys(environment.variables));
    return found;
  }
  if (kind === 'secret') {
    const ref = own(environment.secrets, name);
    if (ref === undefined) throw unknownName(kind, name, environment, Object.keys(environment.secrets));
    into.secret = true;
    return secret(ref);
  }
  const dot = name.lastIndexOf('.');
  if (dot < 1 || dot === name.length - 1) {
    throw new Failure('InvalidInput', `\${output:${name}} names no output: write \${output:component.name}`);
  }
  const found = own(own(outputs, name.slice(0, dot)) ?? {}, name.slice(dot + 1));
  if (found !== undefined) return found;
  into.unknown.push(name);
  return unknownMark(name);
}

const own = <T>(record: { [name: string]: T }, name: string): T | undefined => (Object.hasOwn(record, name) ? record[name] : undefined);

function unknownName(kind: string, name: string, environment: Environment, known: string[]): Failure {
  const list = known.length === 0 ? 'it has none' : `it has ${known.sort().join(', ')}`;
  return new Failure('InvalidInput', `\${${kind}:${name}} is not known in environment ${environment.name}: ${list}`);
}
