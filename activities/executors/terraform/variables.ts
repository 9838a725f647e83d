import type { Finding } from '../../../descriptors/finding.js';
import type { Json } from '../../../lifecycle/digest.js';
import type { Task } from '../../../lifecycle/task.js';
import { resolvePlaceholders, type PlaceholderSources } from '../../support/placeholders.js';
import { blocks, blockStart, labelled, lineOf } from './hcl.js';
import type { Template } from './template.js';

const PREFIX = 'TF_VAR_';

/** The values of a module's variables, placeholders resolved. */
export interface Variables {
  plain: { [name: string]: Json };
  /** Values with a secret in them, as the text of an environment variable: never written to a file. */
  secret: { [name: string]: string };
  /** Outputs of earlier steps that are not known yet, as `component.name`. */
  unknown: string[];
}

/** Configurations named TF_VAR_<name> are the module's variables. Throws `InvalidInput` for names that the environment does not have. */
export function resolveVariables(task: Task, sources: PlaceholderSources): Variables {
  const variables: Variables = { plain: {}, secret: {}, unknown: [] };
  for (const [key, value] of Object.entries(task.configurations)) {
    if (!key.startsWith(PREFIX)) continue;
    const name = key.slice(PREFIX.length);
    const resolved = resolvePlaceholders(value, sources);
    variables.unknown.push(...resolved.unknown);
    if (resolved.secret) variables.secret[name] = asEnvironmentText(resolved.value);
    else variables.plain[name] = resolved.value;
  }
  variables.unknown = [...new Set(variables.unknown)].sort();
  return variables;
}

/** Text is taken as it is; anything else is read as an HCL expression, in which JSON is valid but for the marks of templates. */
function asEnvironmentText(value: Json): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value).replaceAll('${', '$${').replaceAll('%{', '%%{');
}

/** A variable that the module does not have (Terraform would ignore it silently) or that nobody gives a value. */
export function variableFindings(task: Task, template: Template): Finding[] {
  const declared = new Map<string, { optional: boolean; file: string; line?: number }>();
  for (const { path, text, body } of template.modules[0]?.files ?? []) {
    for (const [name, below] of labelled(body.variable)) {
      const optional = blocks(below).some((variable) => 'default' in variable);
      declared.set(name, { optional, file: path, line: lineOf(text, blockStart('variable', name)) });
    }
  }
  const given = Object.keys(task.configurations);
  const findings: Finding[] = [];
  for (const key of given) {
    const pointer = `/configurations/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!key.startsWith(PREFIX)) {
      const message = `Configuration ${key} has no effect: variables of a module are written ${PREFIX}<name>.`;
      findings.push({ rule: 'terraform/configuration', severity: 'warning', pointer, message });
    } else if (!declared.has(key.slice(PREFIX.length))) {
      const hint = declared.size === 0 ? 'It has none.' : `It has ${[...declared.keys()].sort().join(', ')}.`;
      const message = `The module has no variable ${key.slice(PREFIX.length)}.`;
      findings.push({ rule: 'terraform/unknown-variable', severity: 'error', pointer, message, hint });
    }
  }
  for (const [name, { optional, file, line }] of declared) {
    if (optional || given.includes(PREFIX + name)) continue;
    const message = `Variable ${name} has no value.`;
    const hint = `Give it a default, or a value as ${PREFIX}${name} in the configurations.`;
    findings.push({ rule: 'terraform/missing-variable', severity: 'error', pointer: '', file, line, message, hint });
  }
  return findings;
}
