import avsc from 'avsc';
import type { Finding } from '../../../descriptors/finding.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { Task } from '../../../lifecycle/task.js';
import type { ExecutorDeps } from '../deps.js';
import { wantedSubject } from './wanted.js';

/** Faults of a task that show without a registry: missing subject, unknown level, unreadable schema. */
export async function checkTask(deps: ExecutorDeps, task: Task): Promise<Finding[]> {
  const finding = (rule: string, message: string): Finding => ({
    rule: `schema-registry/${rule}`,
    severity: 'error',
    pointer: '',
    message,
    ...(task.template?.path ? { file: task.template.path } : {}),
  });
  try {
    const { document } = wantedSubject(task, await deps.bundle(task.bundle));
    if (document.schemaType === 'AVRO' && !document.references) {
      try {
        avsc.Type.forSchema(JSON.parse(document.schema) as avsc.Schema);
      } catch (error) {
        return [finding('schema', `no valid Avro schema: ${(error as Error).message}`)];
      }
    }
    return [];
  } catch (error) {
    if (error instanceof Failure && (error.type === 'InvalidInput' || error.type === 'NotFound')) return [finding('task', error.message)];
    throw error;
  }
}
