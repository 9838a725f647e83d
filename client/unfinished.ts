import pMap from 'p-map';
import type { Catalog } from '../catalog/index.js';
import type { EnvironmentRecord, OperationRecord } from '../lifecycle/records.js';

/** Products looked at together: each is a few small reads. */
const TOGETHER = 8;

export interface Unfinished {
  /** Who holds a record: at work, or ended from outside. Only Temporal knows which. */
  held: (Pick<OperationRecord, 'operation' | 'phase' | 'since' | 'requestedBy' | 'workflowId' | 'namespace'> & Where)[];
  /** Instances that were announced as going away. */
  announced: ({ version: string; sunset: string; workflowId: string } & Where)[];
}

interface Where {
  product: string;
  environment: string;
}

/** What the catalog says is under way, all products: what there is to look after when Temporal knows nothing any more. */
export async function unfinishedIn({ products, environments }: Pick<Catalog, 'products' | 'environments'>): Promise<Unfinished> {
  const lines = (await products.list()).map(({ line }) => line);
  const records = (await pMap(lines, (line) => environments.list(line), { concurrency: TOGETHER })).flat();
  return { held: records.flatMap(heldIn), announced: records.flatMap(announcedIn) };
}

function heldIn({ line: product, environment, operation: held }: EnvironmentRecord): Unfinished['held'] {
  if (!held) return [];
  const { operation, phase, since, requestedBy, workflowId, namespace } = held;
  return [{ product, environment, operation, phase, since, requestedBy, workflowId, ...(namespace !== undefined && { namespace }) }];
}

const announcedIn = ({ line: product, environment, instances }: EnvironmentRecord): Unfinished['announced'] =>
  Object.values(instances).flatMap(({ version, state, deprecation }) =>
    deprecation && state !== 'retired'
      ? [{ product, environment, version, sunset: deprecation.sunset, workflowId: deprecation.workflowId }]
      : [],
  );
