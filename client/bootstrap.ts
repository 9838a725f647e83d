import type { Connection } from '@temporalio/client';
import { searchAttributes } from '../lifecycle/search-attributes.js';

/** `IndexedValueType` of Temporal's API. */
const types = { Keyword: 2, Bool: 5, Datetime: 6 } as const;

/** `ALREADY_EXISTS` of gRPC. */
const ALREADY_EXISTS = 6;
/** Finished runs stay visible for a month; the catalog's evidence stays for good. */
const RETENTION_SECONDS = 30 * 24 * 3600;

/** Makes namespace and search attributes, where they are missing. Harmless when repeated. */
export async function bootstrap(connection: Connection, namespace: string): Promise<{ namespace: 'made' | 'found'; added: string[] }> {
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
  return { namespace: made, added: missing.map(([name]) => name) };
}

const listed = async (connection: Connection, namespace: string): Promise<Record<string, unknown> | null | undefined> =>
  (await connection.operatorService.listSearchAttributes({ namespace })).customAttributes;
