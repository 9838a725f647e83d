import type { Connection } from '@temporalio/client';
import type { WorkerVersion } from '../lifecycle/worker-versions.js';
import { searchAttributes } from '../lifecycle/search-attributes.js';

/** `IndexedValueType` of Temporal's API. */
const types = { Keyword: 2, Bool: 5, Datetime: 6 } as const;

/** `ALREADY_EXISTS` of gRPC. */
const ALREADY_EXISTS = 6;
/** `UNIMPLEMENTED` and `PERMISSION_DENIED` of gRPC. */
const UNIMPLEMENTED = 12;
const PERMISSION_DENIED = 7;
/** Finished runs stay visible for a month; the catalog's evidence stays for good. */
const RETENTION_SECONDS = 30 * 24 * 3600;

export interface Bootstrapped {
  namespace: 'made' | 'found';
  added: string[];
  /** Newest versions of deployments of which none is current: Temporal keeps runs from their workers. */
  notCurrent: WorkerVersion[];
}

/** Makes namespace and search attributes, where they are missing, and looks for what would make runs wait. Harmless when repeated. */
export async function bootstrap(connection: Connection, namespace: string): Promise<Bootstrapped> {
  const made = await connection.workflowService
    .registerNamespace({ namespace, workflowExecutionRetentionPeriod: { seconds: RETENTION_SECONDS as never } })
    .then(() => 'made' as const)
    .catch((error: { code?: number }) => {
      if (error.code === ALREADY_EXISTS) return 'found' as const;
      throw error;
    });
  const present = (await listed(connection, namespace)) ?? {};
  const missing = Object.entries(searchAttributes).filter(([name]) => !(name in present));
  if (missing.length > 0) {
    const added = Object.fromEntries(missing.map(([name, type]) => [name, types[type]]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: added });
  }
  // A namespace that was made this moment has none, and some servers do not know it yet when they are asked.
  const notCurrent = made === 'made' ? [] : await versionsWithoutCurrent(connection, namespace);
  return { namespace: made, added: missing.map(([name]) => name), notCurrent };
}

async function versionsWithoutCurrent(connection: Connection, namespace: string): Promise<WorkerVersion[]> {
  const { workerDeployments } = await connection.workflowService.listWorkerDeployments({ namespace }).catch((error: { code?: number }) => {
    // Servers of before Worker Deployments, and such as have them turned off.
    if (error.code === UNIMPLEMENTED || error.code === PERMISSION_DENIED) return { workerDeployments: [] };
    throw error;
  });
  return workerDeployments.flatMap(({ name, routingConfig, latestVersionSummary }) => {
    const buildId = latestVersionSummary?.deploymentVersion?.buildId;
    return name && buildId && !routingConfig?.currentDeploymentVersion ? [{ deployment: name, buildId }] : [];
  });
}

const listed = async (connection: Connection, namespace: string): Promise<Record<string, unknown> | null | undefined> =>
  (await connection.operatorService.listSearchAttributes({ namespace })).customAttributes;
