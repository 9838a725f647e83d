import { Client, Connection } from '@temporalio/client';
import { createCatalog, type Catalog } from '../../catalog/index.js';
import { bootstrap } from '../../client/bootstrap.js';
import type { Connected } from '../../client/connect.js';
import type { Credentials, StackAddresses } from '../stack/index.js';
import type { Narrator } from './narrator.js';

/** The bucket of the catalog. */
export const CATALOG_BUCKET = 'steward-catalog';

/** Short enough to watch, long enough to see the announcement in the catalog. In production this is weeks. */
export const DEPRECATION_PERIOD = '3 seconds';

/** The servers that a quickstart uses, whoever has started them. */
export type Servers = Pick<StackAddresses, 'temporal' | 'temporalNamespace' | 'temporalUi' | 'kafka' | 'schemaRegistry'> & {
  readonly s3: Pick<StackAddresses['s3'], 'endpoint' | 'region'>;
  /** Where Terraform's states lie: a bucket of their own beside the catalog's. */
  readonly stateBucket: string;
  readonly engine: StreamEngine;
};

/** What runs the SQL of the example, and the address where the server itself tells what it runs. */
export type StreamEngine = { readonly name: 'flink-sql' | 'ksqldb'; readonly url: string };

/** What the quickstart works with, and the ways to it. */
export interface Session {
  readonly connected: Connected;
  readonly catalog: Catalog;
  readonly servers: Servers;
  /** Of the object store: never to be told. */
  readonly credentials: Credentials;
  /** How a shell sets AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to them, without naming them. */
  readonly credentialsInShell: string;
  /** Never resolves; rejects when a server or the worker that the quickstart has started ends by itself. */
  readonly lost: Promise<never>;
  /** Stops what the quickstart has started, whatever state it is in; a second call waits for the first. */
  close(): Promise<void>;
}

/** Ends something that was opened. */
export type Closer = () => Promise<unknown> | void;

/** Opens the ways to servers that run. What has to be closed is added to `closers`. */
export async function openWays(
  servers: Servers,
  credentials: Credentials,
  closers: Closer[],
): Promise<Pick<Session, 'connected' | 'catalog' | 'servers' | 'credentials'>> {
  const connected = await connect(servers);
  await bootstrap(connected.client.connection as Connection, connected.namespace);
  const catalog = createCatalog({ bucket: CATALOG_BUCKET, ...servers.s3, ...credentials });
  closers.push(() => catalog.close());
  return { connected, catalog, servers, credentials };
}

/**
 * Left open to the end of this process: calls that are under way when the session is closed go on retrying, and a retry on a closed
 * connection is thrown where nobody can catch it.
 */
async function connect({ temporal, temporalNamespace, temporalUi }: Servers): Promise<Connected> {
  const connection = await Connection.connect({ address: temporal });
  return {
    client: new Client({ connection, namespace: temporalNamespace }),
    namespace: temporalNamespace,
    uiUrl: `${temporalUi}/namespaces/${temporalNamespace}`,
    close: () => connection.close(),
  };
}

/** Last opened, first closed: the worker ends while the servers it uses are there. One that cannot be closed does not keep the others. */
export async function closeAll(closers: Closer[], narrator: Narrator): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers.reverse()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  for (const failure of failures) narrator.tell(`not stopped: ${failure instanceof Error ? failure.message : String(failure)}`);
  if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be stopped.');
}
