import { Failure } from '../lifecycle/failures.js';
import { combined, defaultPolicies, loadPolicies, readPolicies, type PolicyBundle } from '../policies/index.js';
import type { WorkerConfig } from './config/index.js';

/** The policies of the configuration. Throws `InvalidInput` that names what cannot be used: a worker does not start with a hole in its rules. */
export function policiesOf({ folder, defaults }: WorkerConfig['policies']): PolicyBundle {
  try {
    const own = defaults ? defaultPolicies() : loadPolicies([]);
    return folder === undefined ? own : combined(own, readPolicies(folder));
  } catch (cause) {
    throw new Failure('InvalidInput', `policies of ${folder ?? 'Steward'}: ${(cause as Error).message}`, { cause });
  }
}
