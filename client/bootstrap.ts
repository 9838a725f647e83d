import type { Connection } from '@temporalio/client';
import type { WorkerVersion } from '../lifecycle/worker-versions.js';
import { Failure } from '../lifecycle/failures.js';
import { searchAttributes } from '../lifecycle/search-attributes.js';

/** `IndexedValueType` of Temporal's API. */
const types = { Keyword: 2, Bool: 5, Datetime: 6, KeywordList: 7 } as const;

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
    .catch(async (error: { code?: number }) => {
      if (error.code === ALREADY_EXISTS) return 'found' as const;
      // Whoever may not make namespaces may have one: where the platform makes them, and in Temporal Cloud.
      if (error.code !== UNIMPLEMENTED && error.code !== PERMISSION_DENIED) throw error;
      await connection.workflowService.describeNamespace({ namespace });
      return 'found' as const;
    });
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length > 0) {
    const added = Object.fromEntries(missing.map((name) => [name, types[searchAttributes[name]]]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: added }).catch((cause: { code?: number }) => {
      if (cause.code !== UNIMPLEMENTED && cause.code !== PERMISSION_DENIED) throw cause;
      const wanted = missing.map((name) => `${name} (${searchAttributes[name]})`).join(', ');
      throw new Failure('AccessDenied', `search attributes may not be added to ${namespace} by these credentials`, {
        cause,
        next: `Have them added where namespaces are administered, then run the command again: ${wanted}`,
      });
    });
  }
  // A namespace that was made this moment has none, and some servers do not know it yet when they are asked.
  const notCurrent = made === 'made' ? [] : await versionsWithoutCurrent(connection, namespace);
  return { namespace: made, added: missing, notCurrent };
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

type Attribute = keyof typeof searchAttributes;

/** The search attributes that a namespace lacks. Throws `InvalidInput` where one is there with another type. */
export async function missingSearchAttributes(connection: Pick<Connection, 'operatorService'>, namespace: string): Promise<Attribute[]> {
  const present = (await connection.operatorService.listSearchAttributes({ namespace })).customAttributes ?? {};
  const wanted = Object.keys(searchAttributes) as Attribute[];
  const other = wanted.find((name) => name in present && Number(present[name]) !== types[searchAttributes[name]]);
  if (other !== undefined)
    throw new Failure('InvalidInput', `namespace ${namespace} has the search attribute ${other} with another type`, {
      next: `Take it away or use another namespace: it has to be of type ${searchAttributes[other]}.`,
    });
  return wanted.filter((name) => !(name in present));
}
