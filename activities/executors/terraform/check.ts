import type { Finding } from '../../../descriptors/finding.js';
import { isError } from '../../../descriptors/finding.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { Task } from '../../../lifecycle/task.js';
import type { TerraformDeps } from './deps.js';
import { refusals } from './refusals.js';
import { readTemplate, type Template } from './template.js';
import { variableFindings } from './variables.js';

/** Faults of a task, on its parsed template: syntax, what templates may not do, variables. Starts nothing. */
export async function check(task: Task, deps: Pick<TerraformDeps, 'bundle'>): Promise<Finding[]> {
  const template = await readTemplate(task, await deps.bundle(task.bundle));
  return checkTemplate(task, template);
}

/** The same for a template that has been read. */
export function checkTemplate(task: Task, template: Template): Finding[] {
  const faults = [...template.findings, ...refusals(template)];
  return template.modules.length === 0 || template.findings.length > 0 ? faults : [...faults, ...variableFindings(task, template)];
}

/** Throws `TemplateRefused` with the findings (redaction is done by who asks) when one of them is an error. */
export function refuse(component: string, findings: Finding[]): void {
  const errors = findings.filter(isError);
  const [first] = errors;
  if (!first) return;
  const place = first.file === undefined ? '' : ` (${first.file}${first.line === undefined ? '' : `:${first.line}`})`;
  const more = errors.length > 1 ? ` and ${errors.length - 1} more` : '';
  throw new Failure('TemplateRefused', `Template of ${component} is refused: ${first.message}${place}${more}`, { details: findings });
}
