import type { FailureType } from './failures.js';
import type { OperationKind } from './ids.js';
import type { InstanceRecord } from './records.js';

/** The major version: the first number of a semantic version, as text. */
export const majorOf = (version: string): string => version.split('.')[0] ?? version;

export type Admission = { admitted: true; from?: InstanceRecord } | { admitted: false; failure: FailureType; message: string };

const refuse = (failure: FailureType, message: string): Admission => ({ admitted: false, failure, message });

/**
 * May this operation start, seen from what runs? The table of docs/design.md, section 4.
 * @param instance the instance of the same major in this environment, if any
 * @param others versions of other majors that run in this environment
 */
export function admit(operation: OperationKind, version: string, instance: InstanceRecord | undefined, others: string[]): Admission {
  const running = instance && instance.state !== 'retired' ? instance : undefined;
  switch (operation) {
    case 'register':
    case 'recover':
    case 'rehearse':
    case 'inspect':
      return { admitted: true };
    case 'deploy':
      if (running && running.version !== version) {
        return refuse('UseUpgrade', `version ${running.version} of this major is deployed, ${version} would replace it`);
      }
      return { admitted: true, from: running };
    case 'upgrade':
      if (!running && others.length === 0) return refuse('NotDeployed', 'no version of the product is deployed here');
      return { admitted: true, from: running };
    case 'retire':
      if (!running) return refuse('NotDeployed', `version ${version} is not deployed here`);
      if (running.version !== version) return refuse('NotDeployed', `version ${running.version} is deployed here, not ${version}`);
      return { admitted: true, from: running };
  }
}
