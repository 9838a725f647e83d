import type { Finding } from '../../../descriptors/finding.js';
import { Failure } from '../../../lifecycle/failures.js';
import type { Task } from '../../../lifecycle/task.js';
import type { ExecutorDeps } from '../deps.js';
import { readScript } from './script.js';
import { sqlFiles } from './source-files.js';

/** Faults of a task's SQL that show without a server. Values of variables depend on the environment: the preview looks at them. */
export async function checkTask(deps: ExecutorDeps, task: Task): Promise<Finding[]> {
  try {
    const { faults } = readScript(sqlFiles(task, await deps.bundle(task.bundle)));
    return faults.map(({ rule, message, hint, file, line }) => ({
      rule: `flink-sql/${rule}`,
      severity: 'error',
      pointer: '',
      message,
      ...(hint ? { hint } : {}),
      file,
      line,
    }));
  } catch (error) {
    if (!(error instanceof Failure) || (error.type !== 'InvalidInput' && error.type !== 'NotFound')) throw error;
    return [{ rule: 'flink-sql/task', severity: 'error', pointer: '', message: error.message }];
  }
}
