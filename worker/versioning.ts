import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { NativeConnection, WorkerDeploymentOptions } from '@temporalio/worker';
import { howToMakeCurrent } from '../lifecycle/worker-versions.js';
import type { WorkerVersion } from '../lifecycle/worker-versions.js';
import { workflowBundlePath } from './build-bundle.js';
import type { VersioningSettings } from './config/index.js';

/** Enough of a digest to tell builds apart, short enough to be typed. */
const BUILD_ID_DIGITS = 12;

/** `NOT_FOUND` of gRPC. */
const NOT_FOUND = 5;

const behaviors = { 'auto-upgrade': 'AUTO_UPGRADE', pinned: 'PINNED' } as const;

/** Which version the worker of the workflows is; the build id is that of the workflow code unless the configuration names one. */
export const workerVersionOf = ({ deployment, buildId }: VersioningSettings): WorkerVersion => ({
  deployment,
  buildId: buildId ?? createHash('sha256').update(readFileSync(workflowBundlePath)).digest('hex').slice(0, BUILD_ID_DIGITS),
});

/**
 * Options of the worker that serves the workflows. The executors' workers stay without a version: what they are asked for is a contract
 * that every version keeps, and a run of any version finds whichever of them lives.
 */
export const versioned = (
  { behavior }: VersioningSettings,
  { deployment, buildId }: WorkerVersion,
): { workerDeploymentOptions: WorkerDeploymentOptions } => ({
  workerDeploymentOptions: {
    version: { deploymentName: deployment, buildId },
    useWorkerVersioning: true,
    defaultVersioningBehavior: behaviors[behavior],
  },
});

/** What an operator has to know of who gets the runs: undefined when this version gets them. */
export async function whatKeepsRunsAway(
  connection: NativeConnection,
  namespace: string,
  version: WorkerVersion,
): Promise<string | undefined> {
  const { deployment, buildId } = version;
  const routing = await connection.workflowService
    .describeWorkerDeployment({ namespace, deploymentName: deployment })
    .then(({ workerDeploymentInfo }) => workerDeploymentInfo?.routingConfig)
    .catch((error: { code?: number }) => {
      // The first worker of a deployment makes it, with its first poll.
      if (error.code === NOT_FOUND) return undefined;
      throw error;
    });
  const current = routing?.currentDeploymentVersion?.buildId;
  if (current === buildId || routing?.rampingDeploymentVersion?.buildId === buildId) return undefined;
  const how = howToMakeCurrent(version);
  return current
    ? `version ${current} of the deployment ${deployment} is current, not this one (${buildId}): new runs go there; to change that: ${how}`
    : `no version of the deployment ${deployment} is current: runs wait until one is: ${how}`;
}
